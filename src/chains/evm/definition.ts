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
  /** EIP-1559: a cap and a tip from the newest block and the node, in place of a price. A transaction that asks for a price (type 0 or 1) gets the node's. */
  | { readonly from: 'fee-market' }

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
  /** JSON-RPC through the API; the client puts the key in. A host for `endpoints.node` in the configuration takes its place, where the chain has that endpoint. */
  readonly rpcPath: Readonly<Record<Network, string>>
  readonly methods: NodeMethods
  readonly gasPrice: GasPriceSource
  readonly transactionCount: CountSource
  /** Who is asked for a transaction by its hash: `/v3/{apiPath}/transaction/{hash}`, or the node. */
  readonly foundAt: 'api' | 'node'
  /** Ask the node for its chain id even when the requester names one. */
  readonly confirmsChainId?: boolean
  /** Newest block that cannot be undone. `latest` where every block is final at once. */
  readonly finalBlock: 'finalized' | 'latest'
  readonly habits: Habits
  /** Letters before an address in place of 0x, where people of this chain write it so. Transactions have 0x all the same. */
  readonly addressPrefix?: string
  /** Where it is not the chain's code. */
  readonly coinSymbol?: string
  /** A roll-up that charges the data it puts on Ethereum beside the gas: no field of a transaction limits that. Source: https://docs.optimism.io, "Transaction fees". */
  readonly l1DataFee?: boolean
  readonly feeCurrencies?: FeeCurrencies
  /** Kaia's own transaction types, named in words in `type`. */
  readonly kaiaTypes?: boolean
}
