import type { CallPolicy } from '../common/remote-calls.js'
import type { VaultConnection } from './config.js'

/** `session` is for signing in and renewing: it waits for no quota that reads and writes have used up. */
export type VaultCall = 'read' | 'write' | 'session'

/** Neither product limits the rate by itself; connections and CPU do. More at a time only makes queues in the server. */
const CONCURRENCY = 32
const ATTEMPT_MS = 10_000
const TOTAL_MS = 60_000
const REPEATS = 4

/**
 * A value is one storage entry. The smallest limit in the field is 512 KiB (Consul, by default), and JSON text that holds JSON text may take twice its size.
 */
export const MAX_VALUE_BYTES = 192 * 1024

export const concurrencyOf = ({ limits }: Pick<VaultConnection, 'limits'>): number => limits?.concurrency ?? CONCURRENCY

export function callPolicy(connection: Pick<VaultConnection, 'limits' | 'timeouts'>): CallPolicy<VaultCall> {
  const rate = (perSecond: number | undefined): { perSecond: number; burst: number } | undefined =>
    perSecond === undefined ? undefined : { perSecond, burst: Math.max(1, Math.floor(perSecond)) }
  return {
    rates: {
      read: rate(connection.limits?.readsPerSecond),
      write: rate(connection.limits?.writesPerSecond),
      session: undefined,
    },
    concurrency: concurrencyOf(connection),
    attemptMs: connection.timeouts?.requestMs ?? ATTEMPT_MS,
    totalMs: connection.timeouts?.totalMs ?? TOTAL_MS,
    repeats: REPEATS,
  }
}
