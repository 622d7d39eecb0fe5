import type { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { BackendCapabilities, RemovalMode } from '../../core/secret-backend.js'
import type { WalletLabels } from './labels.js'

/** A wallet in the product's listing. */
export interface StoredName {
  readonly signatureId: SignatureId
  /** What the product's listing tells besides the name; absent where it tells names only. */
  readonly labels?: WalletLabels
}

/** What a product cannot be asked to exceed, as it documents it. */
export interface StoreFacts {
  /** Wallets that one call of `read` may fetch; 1 where the product has no batch read. */
  readonly batchSize: number
  /** Calls of `read` underway at a time that fill the product's rate without a queue of their own. */
  readonly readers: number
  /** Largest value in bytes. */
  readonly maxValueBytes: number
}

/**
 * A product that keeps values under names. This is all that differs between products: `RemoteBackend` makes a SecretBackend of it and does the envelope, the
 * check of what was written, batches, single flight and the list of known wallets. A store makes its requests through `RemoteCalls`, which bring the deadline, the
 * product's rate, repeats and the circuit breaker.
 *
 * Values are secrets: they stand in no error, log, address or label. Every method throws KeywardError only: WALLET_* about one wallet, BACKEND_* about the product.
 */
export interface SecretStore {
  /** Product and place for people, e.g. `Azure Key Vault https://payments.vault.azure.net`. No credentials. */
  readonly description: string
  readonly capabilities: BackendCapabilities
  readonly facts: StoreFacts

  /** Signs in and makes one harmless request, so that a wrong address, credential or permission is found here. Reads no wallet. */
  open(signal?: AbortSignal): Promise<void>
  /** Stops timers, wipes credentials, closes connections. Safe to call twice, and before `open`. */
  close(): Promise<void>
  /** Resolves when the product answers and is usable (not sealed, signed in). Cheap, reads no secret. */
  ping(): Promise<void>

  /** Every wallet below the configured prefix, without its value, in any order. Removed ones are left out where the product's listing can tell them. */
  names(): AsyncIterable<StoredName>
  /** For products whose listing has names only but that keep labels beside the value: the labels of one wallet without its value. @throws KeywardError WALLET_* */
  labels?(signatureId: SignatureId): Promise<WalletLabels | undefined>
  /**
   * Values of at most `facts.batchSize` wallets, one result for each id. An error that concerns all of them is thrown.
   * The caller wipes what it gets.
   */
  read(signatureIds: readonly SignatureId[]): Promise<ReadonlyMap<SignatureId, Secret | KeywardError>>
  /**
   * Keeps a value under a new name and never overwrites. May be called again with the same value after a failure that left the outcome open; it is then enough
   * that the value is there once. The value stays the caller's.
   * @throws KeywardError WALLET_EXISTS when another value has the name; BACKEND_UNCERTAIN when it may have happened.
   */
  create(signatureId: SignatureId, value: Secret, labels: WalletLabels): Promise<void>
  /** @throws KeywardError WALLET_NOT_FOUND, WALLET_DELETED, BACKEND_UNSUPPORTED */
  remove(signatureId: SignatureId, mode: RemovalMode): Promise<void>
  /** As in SecretBackend; absent where the product cannot tell. */
  revision?(): Promise<string | undefined>
}
