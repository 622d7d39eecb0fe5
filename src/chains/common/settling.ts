import type { Clock } from '../../core/clock.js'
import type { PendingId } from '../../core/ids.js'

/** Longer than a node or an index lags behind another, on any chain, while it still answers. */
const SETTLING_MS = 10 * 60_000
const MAX_TRANSACTIONS = 10_000

/**
 * Believes what a node says of a transaction's sequence number when it has said so for ten minutes. The number may be used up by these very bytes, which the caller
 * looks up by their hash; and the node that answers this may be ahead of the one that answers that. By then everybody knows what used it.
 */
export class Settling {
  /** When each was first seen. In memory only: after a restart the time begins anew. */
  readonly #since = new Map<PendingId, number>()

  constructor(private readonly clock: Clock) {}

  /** @param holds what the node says now. @returns whether it has held for ten minutes. */
  isSettled(id: PendingId, holds: boolean): boolean {
    if (!holds) {
      this.#since.delete(id)
      return false
    }
    const now = this.clock.now()
    const since = this.#since.get(id)
    if (since !== undefined && now >= since) return now - since >= SETTLING_MS
    this.#remember(id, now)
    return false
  }

  #remember(id: PendingId, now: number): void {
    this.#since.set(id, now)
    const oldest = this.#since.keys().next().value
    if (this.#since.size > MAX_TRANSACTIONS && oldest !== undefined) this.#since.delete(oldest)
  }
}
