import type { ChainCode, Network, SignatureId } from './ids.js'
import type { Intent } from './intent.js'
import type { JsonValue } from './json.js'
import type { PendingTransaction } from './pending-transaction.js'
import type { Secret } from './secret.js'
import type { Signer, SigningPlan } from './signing-plan.js'
import type { BroadcastReply } from './tatum-api.js'
import type { ManagedWallet, WalletDescriptor, WalletKind, WalletMaterial } from './wallet.js'

/** Plain facts about a chain. */
export interface ChainDefinition {
  readonly code: ChainCode
  readonly name: string
  /** Other spellings that commands and configuration accept, lower case. */
  readonly aliases: readonly string[]
  readonly family: string
  readonly curve: 'secp256k1' | 'ed25519'
  /** Path of the node whose non-hardened children are the wallet's keys. */
  readonly derivation: Readonly<Record<Network, string>>
  /** Decimals of the native coin. */
  readonly decimals: number
  /** Segment of the API's paths, e.g. `bitcoin` in `/v3/bitcoin/broadcast`. */
  readonly apiPath: string
  /** Does a withdrawalId switch this chain to the off-chain broadcast? */
  readonly offchainWithdrawals: boolean
  /** Hosts beside the Tatum API, by role, with their public addresses; none where the API serves unless a host is configured. `chains.<CODE>.endpoints.<role>` in the configuration replaces them. */
  readonly endpoints?: Readonly<Record<string, Readonly<Partial<Record<Network, string>>>>>
  /** Members of a wallet as `generatewallet` prints them, in that order. */
  readonly walletMembers: readonly (WalletKind | 'xpub' | 'address')[]
}

/** A wallet before it has a signatureId. The caller wipes the material. */
export interface WalletDraft {
  readonly kind: WalletKind
  readonly material: WalletMaterial
  readonly xpub?: string
  readonly address?: string
}

/** What a wallet can be known by outside: see WalletDescriptor. */
export type PublicIdentifiers = Pick<WalletDescriptor, 'xpub' | 'address'>

/** A key that is open for signing. `privateKey` is a buffer of its own; `wipe` overwrites it. */
export interface SigningKey {
  readonly privateKey: Buffer
  readonly publicKey: Uint8Array
  readonly address: string
  wipe(): void
}

/** An opened wallet that hands out keys without touching the backend or the seed again. */
export interface KeySource {
  /**
   * @param index child of a wallet that has children; ignored by a private-key wallet.
   * @throws KeywardError INDEX_INVALID when the wallet needs an index and gets none, or one out of range.
   */
  key(index: number | undefined): SigningKey
  wipe(): void
}

/** Making, reading and deriving keys. Pure but for `generate`, which takes randomness from the operating system. */
export interface ChainKeys {
  /** A new wallet: 24 words for chains with mnemonics. */
  generate(network: Network): WalletDraft
  /** A single key without its mnemonic, as the batch command stores it (child 1 of a fresh mnemonic, as the reference tool does). */
  generateSingleKey(network: Network): WalletDraft
  /** @throws KeywardError MNEMONIC_INVALID for a wrong word, count or checksum. The secret stays the caller's. */
  fromMnemonic(mnemonic: Secret, network: Network): WalletDraft
  /** @throws KeywardError KEY_INVALID for a text that is no key of this chain and network. The secret stays the caller's. */
  fromPrivateKey(key: Secret, network: Network): WalletDraft
  /** Address of child `index`, or the one address of a wallet without children. @throws KeywardError INDEX_INVALID */
  address(wallet: WalletDescriptor, index: number): string
  /** The private key in the chain's own text form. @throws KeywardError INDEX_INVALID. The caller wipes it. */
  privateKey(wallet: ManagedWallet, index: number): Secret
  /** The public identifiers that a wallet of this kind has: those on record, and the missing ones derived. Old wallet files lack them. */
  describe(wallet: ManagedWallet): PublicIdentifiers
  /** Opens a wallet for signing. The wallet may be wiped afterwards. */
  open(wallet: ManagedWallet): KeySource
  /**
   * Re-derives what the wallet claims about itself.
   * @returns one sentence for each claim that does not hold; empty for a sound wallet.
   */
  inspect(wallet: ManagedWallet): readonly string[]
}

/** A call to a host of its own that a chain needs beside the Tatum API: a JSON body and a JSON answer. */
export interface EndpointRequest {
  readonly method: 'GET' | 'POST'
  /** Appended to the endpoint's address. */
  readonly path: string
  readonly body?: JsonValue
  /** As in `RpcOptions`. */
  readonly once?: boolean
}

export interface RpcOptions {
  /** For calls that send something: the client does not repeat it once a byte may have left, so that a refusal is the answer to the only copy of this call. */
  readonly once?: boolean
}

/** What `prepare` may ask the network. Each call has a deadline and is retried by the client, so a chain does neither. */
export interface ChainLookups {
  /** Which of the chain's networks is asked. */
  readonly network: Network
  /** GET below the API's base address. `{apiKey}` in the path stands for the key. @throws KeywardError API_* */
  get(path: string): Promise<unknown>
  /** POST below the API's base address, for look-ups that the API wants posted; it may be repeated. @throws KeywardError API_* */
  post(path: string, body: JsonValue): Promise<unknown>
  /** A call to one of the chain's `endpoints`, by its role; the configuration may point it to another host. @throws KeywardError API_* */
  endpoint(role: string, request: EndpointRequest): Promise<unknown>
  /**
   * Address of the key that would sign, for wallets whose descriptor cannot tell (no xpub exists for the chain). Opens the wallet, which stays in the keyring's
   * cache. @throws KeywardError WALLET_*, BACKEND_*, INDEX_INVALID
   */
  signerAddress(signer: { readonly signatureId: SignatureId; readonly index?: number }): Promise<string>
  /** JSON-RPC through the API; `{apiKey}` in the path stands for the key. @returns the `result` member. @throws KeywardError API_* */
  rpc(path: string, method: string, params: readonly unknown[], options?: RpcOptions): Promise<unknown>
  /** A look-up whose answer cannot change while the process lives (a chain id): made once, then remembered. Failures are not remembered. */
  once<T>(key: string, load: () => Promise<T>): Promise<T>
  /** Highest sequence number of an account for which signed bytes exist that can still become valid; `undefined` when there is none. */
  highestSequence(account: string): Promise<bigint | undefined>
}

/** A pending transaction as its chain understands it, before any look-up. */
export interface TransactionRequest {
  /** Wallets and indexes that sign, in signing order. */
  readonly signers: readonly { readonly signatureId: SignatureId; readonly index?: number }[]
}

export interface PrepareInput<Request extends TransactionRequest = TransactionRequest> {
  readonly pending: PendingTransaction
  readonly network: Network
  readonly request: Request
  /** The wallets of `request.signers`; already checked for chain and network. */
  readonly wallets: ReadonlyMap<SignatureId, WalletDescriptor>
  /** A plan made earlier for the same request that was not signed. Given back unchanged while it still fits the network. */
  readonly previous?: SigningPlan
}

export interface SignedTransaction {
  /** What the broadcast sends as `txData`. */
  readonly raw: string
  /** Computed from the bytes, so it is known before anything is sent. */
  readonly txId: string
}

/**
 * For transactions that others sign after us, so that our bytes alone do not tell their id. `ChainTransactions.sign` then gives bytes that are not whole and a
 * provisional id; both are in the journal before anybody else sees our signature.
 */
export interface Cosigning {
  /**
   * The whole transaction with its id. Asks the others to sign; sends nothing to the network. @throws KeywardError VERIFICATION_FAILED, API_*
   */
  complete(plan: SigningPlan, signed: SignedTransaction, lookups: ChainLookups): Promise<SignedTransaction>
  /** Is the network's transaction of this id the plan's? The others may have signed anew, under another id. @throws KeywardError API_* when that cannot be told. */
  isOurs(plan: SigningPlan, txId: string, lookups: ChainLookups): Promise<boolean>
}

export type RejectionMeaning = 'already-known' | 'rejected' | 'unknown'

/**
 * Reading, planning and signing transactions. `read`, `decode`, `sign` and `verify` are pure and deterministic; all look-ups happen in `prepare`.
 * `Request` is the chain's own type; nobody else looks inside.
 */
export interface ChainTransactions<Request extends TransactionRequest = TransactionRequest> {
  /** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED, INDEX_INVALID */
  read(pending: PendingTransaction, network: Network): Request
  /**
   * Accounts whose order this transaction must keep: transactions that share one are handled one after the other.
   * @throws KeywardError SIGNER_MISMATCH, INDEX_INVALID, WALLET_* when the wallets cannot tell
   */
  accounts(input: PrepareInput<Request>): readonly string[]
  /** Look-ups that do not depend on the order within the account; may be made ahead of `prepare` and are remembered by the request. */
  warmUp?(input: PrepareInput<Request>, lookups: ChainLookups): Promise<void>
  /** @throws KeywardError TRANSACTION_*, SIGNER_MISMATCH, SIGNATURE_INCOMPLETE, INDEX_INVALID, WALLET_*, API_* */
  prepare(input: PrepareInput<Request>, lookups: ChainLookups): Promise<SigningPlan>
  /** Shows every plan that `prepare` makes. @param wallets descriptors of the plan's signers, to prove which outputs return to them. */
  decode(plan: SigningPlan, wallets: ReadonlyMap<SignatureId, WalletDescriptor>): Intent
  /** @param keyOf opens the key of one of the plan's signers. @throws KeywardError SIGNER_MISMATCH, SIGNATURE_INCOMPLETE */
  sign(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction
  /** Recomputes signers and content from the signed bytes, with other code than made them. @throws KeywardError VERIFICATION_FAILED */
  verify(plan: SigningPlan, signed: SignedTransaction): void
  /** The same check with the arithmetic on other threads, where a platform library offers that. Used in place of `verify` when present. */
  verifyInBackground?(plan: SigningPlan, signed: SignedTransaction): Promise<void>
  /** Only for chains where others sign after us. `submit`, `find` and `expired` are then asked about the whole transaction. */
  readonly cosigning?: Cosigning
  /**
   * Only for chains whose bytes go to a node of their own and not through the API's broadcast. Sends them; sending the same ones again must be harmless.
   * After `accepted` the API is told the transaction id in place of the bytes.
   * @param sentBefore may these bytes have been out before this call? Then a refusal tells nothing about the earlier copy.
   */
  submit?(
    plan: SigningPlan,
    signed: SignedTransaction,
    lookups: ChainLookups,
    sentBefore: boolean,
  ): Promise<BroadcastReply>
  /** Does the network know this transaction? */
  find(txId: string, lookups: ChainLookups): Promise<boolean>
  /**
   * Can these signed bytes never become valid any more? True only when that is proven: an expiry that has passed for good, or a sequence number that another,
   * final transaction has used up. Absent where it cannot be proven.
   */
  expired?(plan: SigningPlan, lookups: ChainLookups, signed: SignedTransaction): Promise<boolean>
  /** What a node's words of refusal mean for bytes that were sent. When in doubt: `unknown`, which is looked up and sent again. */
  rejection(message: string): RejectionMeaning
}

/** A chain: a definition and pure functions. */
export interface Chain {
  readonly definition: ChainDefinition
  readonly keys: ChainKeys
  readonly transactions: ChainTransactions
}

/** Chains by code. A chain's code is loaded when it is first asked for. */
export interface ChainRegistry {
  /** Definitions of all chains, without loading their code. */
  readonly definitions: readonly ChainDefinition[]
  /** Upper-case code for a code or alias in any case. @throws KeywardError CHAIN_UNKNOWN with the nearest name. */
  resolve(name: string): ChainCode
  load(code: ChainCode): Promise<Chain>
}
