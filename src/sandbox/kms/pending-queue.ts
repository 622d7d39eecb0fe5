import type { SignatureId } from '../../core/ids.js'
import type { SandboxChainCode } from '../chain.js'
import { forbidden } from '../http/api-error.js'
import { newObjectId } from '../object-id.js'

/** A key of a mnemonic wallet: the wallet and the derivation index. */
export interface WalletKey {
  readonly id: SignatureId
  readonly index: number
}

/** A transaction that waits to be signed, in exactly the API's form. Members that do not apply are absent. */
export interface PendingEntry {
  readonly id: string
  readonly chain: SandboxChainCode
  /** Wallets in signing order. */
  readonly hashes: readonly SignatureId[]
  readonly serializedTransaction: string
  /** UTXO chains: keys of mnemonic wallets. */
  readonly signatures?: readonly WalletKey[]
  /** Account chains: derivation index of the mnemonic wallet. */
  readonly index?: number
  readonly withdrawalId?: string
  readonly withdrawalResponses?: readonly unknown[]
  /** Present once the transaction is done. */
  readonly txId?: string
}

export interface ReportedFailure {
  readonly signatureId: string
  readonly error: string
  readonly reportedAt: string
}

const MAX_FAILURES_KEPT = 1000

/** The queue between the applications that ask for transactions and the signers that poll for them. */
export class PendingQueue {
  readonly #entries = new Map<string, PendingEntry>()
  #failures: ReportedFailure[] = []

  /** @returns id of the pending transaction, which callers get as `signatureId`. */
  add(entry: Omit<PendingEntry, 'id' | 'txId'>): string {
    const id = newObjectId()
    this.#entries.set(id, { id, ...entry })
    return id
  }

  /** @throws ApiError 403 kms.missing */
  get(id: string): PendingEntry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw forbidden('kms.missing', `No such KMS signature with id '${id}'.`)
    return entry
  }

  /** What waits for one of the wallets, oldest first; for any wallet when none are given. */
  waiting(chain: string, wallets?: ReadonlySet<SignatureId>): readonly PendingEntry[] {
    return [...this.#entries.values()].filter(
      (entry) =>
        entry.chain === chain &&
        entry.txId === undefined &&
        (wallets === undefined || walletsOf(entry).some((id) => wallets.has(id))),
    )
  }

  /**
   * Marks a transaction as done: it keeps its txId and is listed no more. A repeat with the same txId changes nothing.
   * @throws ApiError 403 when the id is unknown or done with another txId.
   */
  complete(id: string, txId: string): void {
    const entry = this.get(id)
    if (entry.txId !== undefined && entry.txId !== txId) {
      throw forbidden('sandbox.kms.completed', `The KMS signature '${id}' is already completed by another transaction.`)
    }
    this.#entries.set(id, { ...entry, txId })
  }

  /** @returns what was removed. @throws ApiError 403 kms.missing */
  remove(id: string): PendingEntry {
    const entry = this.get(id)
    this.#entries.delete(id)
    return entry
  }

  recordFailures(failures: readonly Omit<ReportedFailure, 'reportedAt'>[]): void {
    const reportedAt = new Date().toISOString()
    this.#failures = [...this.#failures, ...failures.map((failure) => ({ ...failure, reportedAt }))].slice(
      -MAX_FAILURES_KEPT,
    )
  }

  get entries(): readonly PendingEntry[] {
    return [...this.#entries.values()]
  }

  get failures(): readonly ReportedFailure[] {
    return this.#failures
  }

  reset(): void {
    this.#entries.clear()
    this.#failures = []
  }
}

const walletsOf = (entry: PendingEntry): readonly SignatureId[] => [
  ...entry.hashes,
  ...(entry.signatures ?? []).map(({ id }) => id),
]
