import type { Clock } from '../../core/clock.js'
import { readForeignError } from './foreign-error.js'

/** The session has ended, or the key was replaced: new credentials may help. */
const STALE: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenError',
  'UnrecognizedClient',
  'InvalidClientTokenId',
])
export const isStale = (thrown: unknown): boolean => STALE.has(readForeignError(thrown).name)
/** Refused for the time in the signature. */
const UNTIMELY = new Set([
  'InvalidSignature',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'RequestInTheFuture',
  'AuthFailure',
])
/** Credentials that were renewed just now and are refused again will not get better. */
const PAUSE_MS = 5000

/**
 * Sends a request once more when it was refused for how it was signed and can now be signed better: with renewed credentials, or with the right time. AWS has
 * not looked at such a request, so this repeats nothing. Many requests that are refused at the same time share one renewal.
 */
export class Resigning {
  #generation = 0
  #renewedAt = -Infinity
  #renewing: Promise<void> | undefined

  constructor(
    private readonly renew: () => Promise<void>,
    private readonly clock: Clock,
  ) {}

  async send<T>(request: () => Promise<T>): Promise<T> {
    const generation = this.#generation
    try {
      return await request()
    } catch (thrown) {
      const { name, clockCorrected } = readForeignError(thrown)
      const better = (clockCorrected && UNTIMELY.has(name)) || (isStale(thrown) && (await this.#renewed(generation)))
      if (!better) throw thrown
    }
    return await request()
  }

  /** @returns whether there are other credentials than those of `generation`. */
  async #renewed(generation: number): Promise<boolean> {
    if (this.#generation === generation) {
      if (this.#renewing === undefined && this.clock.now() - this.#renewedAt < PAUSE_MS) return false
      this.#renewing ??= this.#renew()
      await this.#renewing
    }
    return true
  }

  async #renew(): Promise<void> {
    try {
      await this.renew()
      this.#generation += 1
    } finally {
      this.#renewedAt = this.clock.now()
      this.#renewing = undefined
    }
  }
}
