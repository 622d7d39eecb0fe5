import type { CallPolicy } from '../common/remote-calls.js'
import type { StoreFacts } from '../common/secret-store.js'
import type { AzureConnection } from './config.js'

/** Requests that share a limit of Key Vault share a kind: making a secret, and everything else. */
export type AzureCall = 'read' | 'create'

/** "Azure Key Vault service limits": 4,000 transactions and 300 creations in 10 s for a vault in a region. A little is left to the vault's other callers. */
const READS_PER_SECOND = 380
const CREATES_PER_SECOND = 28

/** At 40 to 100 ms for a request, so many fill the rate. */
const CONCURRENCY = 48
const ATTEMPT_MS = 10_000
const TOTAL_MS = 60_000
const REPEATS = 4

export const AZURE_FACTS: StoreFacts = {
  batchSize: 1,
  readers: CONCURRENCY,
  // "25 KB": the smaller of the two meanings of a kilobyte.
  maxValueBytes: 25_000,
}

/** What Azure documents, with what the configuration says instead. */
export function policyOf({ limits, timeouts }: Pick<AzureConnection, 'limits' | 'timeouts'>): CallPolicy<AzureCall> {
  const at = (perSecond: number): { perSecond: number; burst: number } => ({
    perSecond,
    burst: Math.max(1, Math.floor(perSecond / 10)),
  })
  const attemptMs = timeouts.requestMs ?? ATTEMPT_MS
  return {
    rates: {
      read: at(limits.readsPerSecond ?? READS_PER_SECOND),
      create: at(limits.writesPerSecond ?? CREATES_PER_SECOND),
    },
    concurrency: limits.concurrency ?? CONCURRENCY,
    attemptMs,
    totalMs: Math.max(attemptMs, timeouts.totalMs ?? TOTAL_MS),
    repeats: REPEATS,
  }
}
