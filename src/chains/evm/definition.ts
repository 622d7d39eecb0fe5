import type { ChainDefinition } from '../../core/chain.js'
import type { Network } from '../../core/ids.js'

/** Where a gas price comes from when the requester names none. */
export type GasPriceSource =
  /** A service of the API that answers `{ medium }`, in wei. */
  | { readonly from: 'fee-service'; readonly path: string }
  | { readonly from: 'node' }
  | { readonly from: 'constant'; readonly wei: bigint }
  /** A service beside the API, one of the chain's `endpoints`, that answers `{ fast: { maxFee } }` in gwei, with decimals. */
  | { readonly from: 'gas-station'; readonly endpoint: string; readonly minimumGwei: number }

/** Where the number of an account's transactions comes from. */
export type CountSource =
  /** `/v3/{apiPath}/transaction/count/{address}` */
  { readonly from: 'api' } | { readonly from: 'node'; readonly block: 'latest' | 'pending' }

/** Names of the JSON-RPC methods that are asked. */
export interface NodeMethods {
  readonly chainId: string
  readonly estimateGas: string
  readonly gasPrice: string
  readonly transactionCount: string
}

/** What the reference tool does on a chain beyond the common rules. Requesters may rely on it, and test vectors pin it. */
export interface Habits {
  /** Whose gas is estimated although the requester gave some. */
  readonly estimates: 'no-one' | 'withdrawals' | 'everyone'
  /** When the JSON number 0 as nonce asks for the next nonce. `with-gas`: unless the gas is estimated; the estimate turns numbers into text, which counts. */
  readonly zeroNonceIsOpen: 'never' | 'with-gas' | 'always'
  /** `hexadecimal`: as 0x text, and it goes before `gas`. `any`: in any form. `ignored` where the reference's library does not know it. */
  readonly gasLimit: 'hexadecimal' | 'any' | 'ignored'
  /** Forms in which `chainId` may be given. */
  readonly chainId: 'decimal' | 'any'
}

/** Celo: fees in tokens (CIP-64). */
export interface FeeCurrencies {
  /** Added to an estimate. */
  readonly gasMargin: bigint
  /** Lowest price in these tokens, in lower case: nodes have answered less than they take. */
  readonly lowestPrice: { readonly tokens: readonly string[]; readonly upTo: bigint; readonly wei: bigint }
}

/**
 * What distinguishes one Ethereum-like chain from another. A new chain is a new value of this type; a chain that finds its fee or its nonce in another way
 * adds that way here, as data, and to lookups.ts, as code.
 */
export interface EvmDefinition extends ChainDefinition {
  /** Chain ids (EIP-155) that may be signed for. Anything else is another network, whoever names it. */
  readonly chainIds: Readonly<Record<Network, readonly bigint[]>>
  /** JSON-RPC through the API; the client puts the key in. */
  readonly rpcPath: string
  readonly methods: NodeMethods
  readonly gasPrice: GasPriceSource
  readonly transactionCount: CountSource
  /** Newest block that cannot be undone. `latest` where every block is final at once. */
  readonly finalBlock: 'finalized' | 'latest'
  readonly habits: Habits
  /** Letters before an address in place of 0x, where people of this chain write it so. Transactions have 0x all the same. */
  readonly addressPrefix?: string
  readonly feeCurrencies?: FeeCurrencies
  /** Kaia's own transaction types, named in words in `type`. */
  readonly kaiaTypes?: boolean
}
