import type { KeywardError } from './errors.js'
import type { ChainCode, Network, SignatureId } from './ids.js'
import type { ManagedWallet, WalletDescriptor } from './wallet.js'

/** Static facts about a product; callers choose their way by them and never by a product's name. */
export interface BackendCapabilities {
  /** Can the product take a wallet away so that it can be brought back? */
  readonly recoverableRemoval: boolean
  /** Is the backend opened for reading only (a legacy wallet file, a read-only credential)? */
  readonly readOnly: boolean
}

export interface BackendHealth {
  readonly ready: boolean
  /** One line for people when it is not ready. */
  readonly reason?: string
}

export interface WalletFilter {
  readonly chain?: ChainCode
  readonly network?: Network
}

/** Does the filter let this wallet through? */
export const passes = (filter: WalletFilter, { chain, network }: WalletDescriptor): boolean =>
  (filter.chain === undefined || filter.chain === chain) && (filter.network === undefined || filter.network === network)

export type WalletResult =
  | { readonly signatureId: SignatureId; readonly wallet: ManagedWallet }
  | { readonly signatureId: SignatureId; readonly error: KeywardError }

/** `recoverable` needs `capabilities.recoverableRemoval`; `permanent` cannot be undone by anybody. */
export type RemovalMode = 'recoverable' | 'permanent'

/**
 * Where wallets are kept. Absent, denied, disabled, deleted, sealed, throttled, unreachable and corrupt are different errors with different
 * advice (`KeywardError` codes WALLET_* and BACKEND_*); no error carries a secret, a request body or a response body.
 */
export interface SecretBackend {
  /** For people and logs: product and place, e.g. `file /home/me/.keyward/wallet.dat`. No credentials. */
  readonly description: string
  readonly capabilities: BackendCapabilities

  /** Authenticates and probes permissions; reads no wallet. Must be called first. */
  open(signal?: AbortSignal): Promise<void>
  /** Cheap enough to be asked every few seconds; reads no secret. */
  health(): Promise<BackendHealth>
  /** Wipes what is kept in memory and stops timers. Safe to call twice. */
  close(): Promise<void>

  /** Descriptors of the wallets that match, in no particular order; reads no secret. */
  list(filter?: WalletFilter): AsyncIterable<WalletDescriptor>
  /** Ids only, for products where they are cheaper to list than descriptors. */
  names?(): AsyncIterable<SignatureId>
  /** Forgets what is remembered of earlier listings, so that the next one asks the product for everything. */
  forget?(): void
  /** @throws KeywardError WALLET_NOT_FOUND and the other codes above. The caller wipes the wallet. */
  get(signatureId: SignatureId): Promise<ManagedWallet>
  /** For a backend that keeps wallets in memory: until when (milliseconds since the epoch) what `get` has just given may be used. */
  usableUntil?(signatureId: SignatureId): number | undefined
  /** Streams in any order, one result for each id, with an error where one wallet could not be read. Takes the ids as they come, so a listing may feed it. */
  getMany(signatureIds: Iterable<SignatureId> | AsyncIterable<SignatureId>): AsyncIterable<WalletResult>

  /**
   * Returns when the wallets are durable and were read back, or none of them is kept. Never overwrites.
   * @throws KeywardError WALLET_EXISTS when an id is taken.
   */
  create(wallets: readonly ManagedWallet[]): Promise<void>
  /** @throws KeywardError WALLET_NOT_FOUND, BACKEND_UNSUPPORTED for a mode the product does not have. */
  remove(signatureId: SignatureId, mode: RemovalMode): Promise<void>

  /**
   * A text that changes whenever the set of wallets may have changed, found cheaply; `undefined` when the product cannot tell.
   * The daemon asks before each poll and lists again only after a change.
   */
  revision(): Promise<string | undefined>
}
