/** The chains that run inside the sandbox. */
export const SANDBOX_CHAINS = ['BTC', 'ETH'] as const
export type SandboxChainCode = (typeof SANDBOX_CHAINS)[number]

/** What the parts that know no chain (faucet, accounts, broadcast, state) need from one. Amounts are in smallest units. */
export interface LocalChain {
  readonly code: SandboxChainCode
  /** Segment of the API's paths. */
  readonly apiPath: string
  readonly decimals: number
  /** Code of the API's error when the chain refuses a transaction. */
  readonly broadcastError: string

  isAddress(address: string): boolean
  /** @throws ApiError 403 for an xpub that is not one of this chain's testnet. */
  deriveAddress(xpub: string, index: number): string
  height(): Promise<number>
  /** Transactions that wait for a block. */
  waiting(): Promise<number>
  /** Pays from nowhere, confirmed at once. @returns the transaction's id. */
  fund(address: string, amount: bigint): Promise<string>
  mine(blocks: number): Promise<void>
  /** @returns the transaction's id. @throws TransactionRefused */
  broadcast(raw: string): Promise<string>
  /** What the addresses ever received in confirmed transactions that none of them sent. */
  deposits(addresses: readonly string[]): Promise<bigint>
  /** Forgets everything and begins again with an empty chain. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** The chain's own words when it does not accept a transaction. */
export class TransactionRefused extends Error {
  override readonly name = 'TransactionRefused'
}
