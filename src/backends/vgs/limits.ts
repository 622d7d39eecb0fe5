import type { CallPolicy } from '../common/remote-calls.js'
import type { Rate } from '../common/token-bucket.js'
import type { VgsConnection } from './config.js'

/** Requests to the vault share one limit, whatever they do and whoever makes them; the authorisation server has its own. */
export type VgsCall = 'request' | 'token'

/** Aliases in one reveal, and values in one POST: "Too many values (limit: 20)". */
export const BATCH_SIZE = 20
/** A value may have 32 MB; an envelope has a few hundred bytes, and an answer of 20 values must fit into memory many times. */
export const MAX_VALUE_BYTES = 256 * 1024
export const MAX_REPLY_BYTES = 16 * 1024 * 1024
/** Batches underway that fill the rate at the usual 200 ms for an answer. */
export const READERS = 16

/** VGS counts 3,000 requests in a minute for a vault. Burst and rate together stay below it, with a little room for a command beside the daemon. */
const REQUESTS: Rate = { perSecond: 48, burst: 24 }
/** A token lives for minutes; more requests than this would mean that it is refused each time. */
const TOKENS: Rate = { perSecond: 1, burst: 5 }

/** A minute's allowance that somebody else has used up comes back after the minute, so patience is longer than that. */
const TOTAL_MS = 120_000
const ATTEMPT_MS = 15_000
const REPEATS = 4

export function callPolicy({ limits, timeouts }: Pick<VgsConnection, 'limits' | 'timeouts'>): CallPolicy<VgsCall> {
  const perSecond = limits?.requestsPerSecond
  return {
    rates: {
      request: perSecond === undefined ? REQUESTS : { perSecond, burst: Math.max(1, Math.floor(perSecond / 2)) },
      token: TOKENS,
    },
    concurrency: limits?.concurrency ?? READERS,
    attemptMs: timeouts?.requestMs ?? ATTEMPT_MS,
    totalMs: timeouts?.totalMs ?? TOTAL_MS,
    repeats: REPEATS,
  }
}
