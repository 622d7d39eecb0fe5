import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'

/** Outages in a row after which the product is left alone for a moment. */
const OUTAGES = 8
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/**
 * Leaves a product alone that has not answered many times in a row, so that thousands of waiting transactions do not each wait for a deadline. After the pause one
 * request goes through; its answer decides.
 */
export class CircuitBreaker {
  #outages = 0
  #pauseMs = FIRST_PAUSE_MS
  #closedUntil = 0
  #trialUntil = 0
  #last: KeywardError | undefined

  constructor(private readonly clock: Clock) {}

  /** @throws KeywardError BACKEND_UNREACHABLE while the product is left alone. */
  admit(what: string): void {
    if (this.#outages < OUTAGES) return
    const now = this.clock.now()
    const waitMs = Math.max(this.#closedUntil, this.#trialUntil) - now
    // A longer wait than any pause means that somebody has set the clock back.
    if (waitMs <= 0 || waitMs > LONGEST_PAUSE_MS) {
      this.#closedUntil = now
      this.#trialUntil = now + this.#pauseMs
      return
    }
    throw new KeywardError(
      'BACKEND_UNREACHABLE',
      `not asked, as ${this.#outages} requests in a row had no answer: ${what}; next try in ${Math.ceil(waitMs / 1000)} s`,
      { advice: this.#last?.advice ?? 'Check the secret backend and the network in between.' },
    )
  }

  succeeded(): void {
    this.#outages = 0
    this.#pauseMs = FIRST_PAUSE_MS
    this.#trialUntil = 0
    this.#last = undefined
  }

  failed(error: KeywardError): void {
    if (error.code === 'INTERRUPTED') return
    const now = this.clock.now()
    // Requests that were sent before the pause began and fail with the others are no news: only a trial makes it longer.
    const pausing = this.#outages >= OUTAGES && now < this.#closedUntil
    this.#outages += 1
    this.#last = error
    if (this.#outages < OUTAGES || pausing) return
    this.#closedUntil = now + this.#pauseMs
    this.#trialUntil = 0
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2)
  }
}
