import type { CallPolicy } from '../common/remote-calls.js'
import type { StoreFacts } from '../common/secret-store.js'
import type { AwsConnection } from './config.js'

/** Requests that share a quota of AWS share a kind. */
export type AwsCall = 'batch' | 'read' | 'list' | 'describe' | 'create' | 'remove'

/** Ids that one BatchGetSecretValue may name, and entries on a page of ListSecrets. */
export const BATCH_SIZE = 20
export const PAGE_SIZE = 100

/** Quotas per account and region: AWS Secrets Manager user guide, "Quotas". */
const BATCHES_PER_SECOND = 100
const LISTS_PER_SECOND = 100
const WRITES_PER_SECOND = 50
/** AWS allows 10,000, but each costs a millisecond of the processor to sign, and the quota of the KMS key may be lower. */
const READS_PER_SECOND = 2000

const CONCURRENCY = 48
const ATTEMPT_MS = 10_000
const TOTAL_MS = 60_000
const REPEATS = 4
/** TCP and TLS; AWS answers a connection in milliseconds, so a long wait is a firewall that drops packets. */
const CONNECT_MS = 3000

export const AWS_FACTS: StoreFacts = {
  batchSize: BATCH_SIZE,
  // A batch takes AWS 50 to 150 ms: so many fill 100 batches per second.
  readers: 24,
  maxValueBytes: 65_536,
}

export interface AwsPace {
  readonly policy: CallPolicy<AwsCall>
  readonly connectMs: number
}

/** What AWS documents, with what the configuration says instead. */
export function paceOf({ limits, timeouts }: Pick<AwsConnection, 'limits' | 'timeouts'>): AwsPace {
  const batches = limits.readsPerSecond ?? BATCHES_PER_SECOND
  const writes = limits.writesPerSecond ?? WRITES_PER_SECOND
  const at = (perSecond: number): { perSecond: number; burst: number } => ({
    perSecond,
    burst: Math.max(1, Math.floor(perSecond / 10)),
  })
  const attemptMs = timeouts.requestMs ?? ATTEMPT_MS
  return {
    connectMs: Math.min(CONNECT_MS, attemptMs),
    policy: {
      rates: {
        batch: at(batches),
        read: at(Math.max(READS_PER_SECOND, batches)),
        list: at(LISTS_PER_SECOND),
        describe: undefined,
        create: at(writes),
        remove: at(writes),
      },
      concurrency: limits.concurrency ?? CONCURRENCY,
      attemptMs,
      totalMs: Math.max(attemptMs, timeouts.totalMs ?? TOTAL_MS),
      repeats: REPEATS,
    },
  }
}
