import type { Clock } from '../../core/clock.js'
import type { Log } from '../../core/log.js'

/** Of 3,000 requests a minute. */
const LOW = 150
const QUIET_MS = 60_000

/** Says, at most once a minute, that the vault's allowance is nearly used up: others may be using the same vault. */
export class RateWatch {
  #saidAt = -Infinity

  constructor(private readonly tools: { readonly log: Log; readonly clock: Clock }) {}

  saw(headers: Readonly<Record<string, string | string[] | undefined>>): void {
    const text = headers['x-ratelimit-remaining']
    if (typeof text !== 'string' || !/^\d{1,9}$/.test(text) || Number(text) >= LOW) return
    const now = this.tools.clock.now()
    if (now - this.#saidAt < QUIET_MS) return
    this.#saidAt = now
    this.tools.log.warn('vgs.rate-low', { remaining: Number(text) })
  }
}
