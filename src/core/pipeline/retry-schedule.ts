import type { Clock } from '../clock.js'

const FIRST_MS = 5_000
const LONGEST_MS = 300_000
const MAX_REMEMBERED = 100_000

/**
 * When something that did not work may be tried again: after 5 s, then doubling up to 5 minutes, forgotten on success. Scheduling only: what is never tried
 * again is decided by the journal.
 */
export class RetrySchedule {
  readonly #entries = new Map<string, { notBefore: number; delayMs: number }>()

  constructor(private readonly clock: Clock) {}

  mayTry(id: string): boolean {
    return (this.#entries.get(id)?.notBefore ?? 0) <= this.clock.now()
  }

  failed(id: string): void {
    const delayMs = Math.min(LONGEST_MS, (this.#entries.get(id)?.delayMs ?? FIRST_MS / 2) * 2)
    this.#entries.delete(id)
    this.#entries.set(id, { notBefore: this.clock.now() + delayMs, delayMs })
    const oldest = this.#entries.keys().next().value
    if (this.#entries.size > MAX_REMEMBERED && oldest !== undefined) this.#entries.delete(oldest)
  }

  succeeded(id: string): void {
    this.#entries.delete(id)
  }
}
