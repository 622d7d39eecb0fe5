import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import { Secret } from '../../core/secret.js'
import type { SecretStore } from './secret-store.js'

interface Waiter {
  resolve(value: Secret): void
  reject(error: KeywardError): void
}

/**
 * Gathers single reads into the product's batches, so many batches at a time as fill its rate. Callers who ask for one wallet at the same time share one read, and
 * each gets a copy of its own.
 */
export class ReadQueue {
  readonly #waiting = new Map<SignatureId, Waiter[]>()
  readonly #underway = new Map<SignatureId, Waiter[]>()
  #readers = 0
  #scheduled = false

  constructor(private readonly store: Pick<SecretStore, 'facts' | 'read'>) {}

  /** @throws KeywardError WALLET_*, BACKEND_*. The caller wipes the value. */
  read(id: SignatureId): Promise<Secret> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject }
      const sharing = this.#underway.get(id) ?? this.#waiting.get(id)
      if (sharing) {
        sharing.push(waiter)
        return
      }
      this.#waiting.set(id, [waiter])
      this.#schedule()
    })
  }

  /** At the end of this turn of the event loop, so that those who ask in the same turn share a batch. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      while (this.#waiting.size > 0 && this.#readers < this.store.facts.readers) void this.#readBatch()
    })
  }

  async #readBatch(): Promise<void> {
    const batch = new Map<SignatureId, Waiter[]>()
    for (const [id, waiters] of this.#waiting) {
      if (batch.size === this.store.facts.batchSize) break
      batch.set(id, waiters)
      this.#waiting.delete(id)
      this.#underway.set(id, waiters)
    }
    this.#readers += 1
    let results: Awaited<ReturnType<SecretStore['read']>> | KeywardError
    try {
      results = await this.store.read([...batch.keys()])
    } catch (thrown) {
      results = asKeywardError(thrown)
    }
    this.#readers -= 1
    for (const [id, waiters] of batch) {
      this.#underway.delete(id)
      answer(id, waiters, results instanceof KeywardError ? results : results.get(id))
    }
    if (this.#waiting.size > 0) this.#schedule()
  }
}

function answer(id: SignatureId, waiters: readonly Waiter[], result: Secret | KeywardError | undefined): void {
  if (result instanceof Secret) {
    for (const waiter of waiters.slice(1)) waiter.resolve(result.clone())
    waiters[0]?.resolve(result)
    return
  }
  const error =
    result ?? new KeywardError('BACKEND_UNREACHABLE', `the backend left wallet ${id} out of its answer; ask again`)
  for (const waiter of waiters) waiter.reject(error)
}
