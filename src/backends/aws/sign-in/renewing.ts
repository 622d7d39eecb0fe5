import { readForeignError } from '../foreign-error.js'
import type { AwsCredentials, SignIn, SignInTools } from './sign-in.js'

/** So long before their end credentials are replaced, as the SDK does. */
const EARLY_MS = 300_000
/** A request that is signed now takes a moment to arrive. */
const MARGIN_MS = 15_000
/** Between renewals, failed or not, of credentials that still hold: neither an outage nor a clock that is wrong makes one for each request. */
const PAUSE_MS = 20_000

/**
 * Keeps credentials until shortly before they end, and renews them once for all who ask. When they cannot be renewed, those that still hold are used on: an
 * outage of the token service shorter than five minutes is not noticed.
 */
export function renewing(fetch: SignIn, { clock, log }: Pick<SignInTools, 'clock' | 'log'>): SignIn {
  let kept: AwsCredentials | undefined
  let underway: Promise<AwsCredentials> | undefined
  let freshUntil = -Infinity
  let pausedUntil = -Infinity

  const holds = (forMs: number): AwsCredentials | undefined =>
    kept !== undefined && (kept.expiration === undefined || kept.expiration.getTime() - clock.now() > forMs)
      ? kept
      : undefined

  const usable = (): AwsCredentials | undefined => {
    // Whatever this machine's clock says of the end of what was handed out just now: AWS decides by its own.
    if (clock.now() < freshUntil) return kept
    return holds(clock.now() < pausedUntil ? MARGIN_MS : EARLY_MS)
  }

  const renew = async (options: Parameters<SignIn>[0]): Promise<AwsCredentials> => {
    try {
      kept = await fetch(options)
      freshUntil = clock.now() + PAUSE_MS
      return kept
    } catch (thrown) {
      pausedUntil = clock.now() + PAUSE_MS
      if (holds(MARGIN_MS)) {
        log.warn('aws.renewal-failed', { reason: readForeignError(thrown).name, nextTryMs: PAUSE_MS })
      }
      throw thrown
    } finally {
      underway = undefined
    }
  }

  return async (options) => {
    const forced = options?.forceRefresh === true
    const found = forced ? undefined : usable()
    if (found) return found
    try {
      return await (underway ??= renew(options))
    } catch (thrown) {
      const stillGood = forced ? undefined : holds(MARGIN_MS)
      if (stillGood === undefined) throw thrown
      return stillGood
    }
  }
}
