import type { Clock } from '../../core/clock.js'

export interface Rate {
  readonly perSecond: number
  /** Requests that may go out at once after a quiet time. */
  readonly burst: number
}

/** However often a product throttles, so many requests a second still go out. */
const SLOWEST_SHARE = 1 / 16
/** Share of the full rate that comes back each second. */
const RECOVERY_PER_SECOND = 0.05
/** Requests underway when the product began to throttle are all refused: they count as one refusal. */
const ONE_REFUSAL_MS = 1000

/**
 * The generic cell rate algorithm: each reservation gets its own moment, so that sleeping callers leave at the product's rate however imprecise timers are. A
 * refusal halves the rate; it recovers in small steps (additive increase, multiplicative decrease).
 */
export class TokenBucket {
  #rate: number
  #next: number
  #recoveredAt: number
  #refusedAt = -Infinity

  constructor(
    private readonly rate: Rate,
    private readonly clock: Clock,
  ) {
    this.#rate = rate.perSecond
    this.#recoveredAt = clock.now()
    this.#next = this.#recoveredAt - this.#credit()
  }

  /** Takes the next free moment. @returns how long to wait for it, in milliseconds. */
  reserve(): number {
    const now = this.#now()
    this.#recover(now)
    this.#next = Math.max(this.#next, now - this.#credit())
    const waitMs = Math.max(0, this.#next - now)
    this.#next += 1000 / this.#rate
    return waitMs
  }

  /** The product refused a request for its rate. @param retryAfterMs what it asks to wait, if it says. */
  throttled(retryAfterMs = 0): void {
    const now = this.#now()
    if (now - this.#refusedAt >= ONE_REFUSAL_MS) {
      this.#refusedAt = now
      this.#rate = Math.max(this.rate.perSecond * SLOWEST_SHARE, this.#rate / 2)
    }
    this.#next = Math.max(this.#next, now + retryAfterMs)
    this.#recoveredAt = now
  }

  /** The burst as time: how far the next free moment may lie in the past. */
  #credit(): number {
    return ((this.rate.burst - 1) * 1000) / this.#rate
  }

  /** Somebody may set the clock back by an hour, which must not make everybody wait for an hour. */
  #now(): number {
    const now = this.clock.now()
    const setBackMs = this.#recoveredAt - now
    if (setBackMs > 0) {
      this.#next -= setBackMs
      this.#refusedAt -= setBackMs
      this.#recoveredAt = now
    }
    return now
  }

  #recover(now: number): void {
    const seconds = (now - this.#recoveredAt) / 1000
    this.#rate = Math.min(this.rate.perSecond, this.#rate + this.rate.perSecond * RECOVERY_PER_SECOND * seconds)
    this.#recoveredAt = now
  }
}
