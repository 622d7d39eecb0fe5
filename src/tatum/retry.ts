import type { Clock } from '../core/clock.js'
import type { Log } from '../core/log.js'
import type { Deadline } from '../core/deadline.js'
import type { Exchanged } from './http-transport.js'

const LONGEST_BACKOFF_MS = 30_000
const LONGEST_RETRY_AFTER_MS = 60_000

export interface RetryPolicy {
  readonly deadlineMs: number
  readonly retries: number
  readonly retryDelayMs: number
  readonly random: () => number
  readonly clock: Clock
  readonly log: Log
}

/**
 * The one place where this program repeats a request: exponential back-off with full jitter, or what `Retry-After` asks for plus jitter, so that many callers
 * who were told the same do not return together. It does not begin a wait that the deadline would cut short; the last outcome is returned whatever it is.
 */
export async function withRetries(
  policy: RetryPolicy,
  deadline: Deadline,
  path: string,
  once: () => Promise<Exchanged>,
  worthRepeating: (outcome: Exchanged) => boolean,
): Promise<Exchanged> {
  const { clock, log } = policy
  const endsAt = clock.now() + policy.deadlineMs
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await once()
    if (attempt >= policy.retries || !worthRepeating(outcome)) return outcome
    const waitMs = waitBefore(policy, attempt, retryAfterMs(outcome, clock.now()))
    if (clock.now() + waitMs >= endsAt) return outcome
    const what = outcome.kind === 'reply' ? { status: outcome.status } : { reason: outcome.code ?? outcome.reason }
    log.debug('api.retry', { path, attempt: attempt + 1, waitMs, ...what })
    await clock.sleep(waitMs, deadline.signal)
    if (deadline.stopped) return { kind: 'failure', reason: deadline.stopped, sent: wasSent(outcome) }
  }
}

function waitBefore(policy: RetryPolicy, attempt: number, askedMs: number | undefined): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, policy.retryDelayMs * 2 ** Math.min(attempt, 20))
  const jitter = Math.floor(policy.random() * ceiling)
  return askedMs === undefined ? jitter : askedMs + jitter
}

const wasSent = (outcome: Exchanged): boolean => outcome.kind === 'reply' || outcome.sent

/**
 * `Retry-After` in milliseconds from now, at most a minute: whole seconds, or an HTTP date (RFC 9110, 10.2.3). Anything else is ignored.
 */
export function retryAfterMs(outcome: Exchanged, nowMs: number): number | undefined {
  const header = outcome.kind === 'reply' ? outcome.headers['retry-after'] : undefined
  if (typeof header !== 'string') return undefined
  const text = header.trim()
  const asked = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : text.endsWith(' GMT') ? Date.parse(text) - nowMs : NaN
  return Number.isNaN(asked) ? undefined : Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, asked))
}
