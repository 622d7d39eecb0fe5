import type { ErrorCode } from '../errors.js'
import { asKeywardError } from '../errors.js'
import type { PendingId } from '../ids.js'
import type { Log } from '../log.js'
import type { FailureReport, TatumApi } from '../tatum-api.js'

/** Troubles of ours that say nothing about the transaction: it will be tried again, so its requester is not told that it failed. */
const OURS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'API_UNREACHABLE',
  'API_THROTTLED',
  'API_UNAUTHENTICATED',
  'API_REPLY_MALFORMED',
  'APPROVAL_PENDING',
  'BROADCAST_UNKNOWN',
  'BACKEND_DENIED',
  'BACKEND_UNAUTHENTICATED',
  'BACKEND_UNREACHABLE',
  'BACKEND_THROTTLED',
  'BACKEND_SEALED',
  'BACKEND_CONFLICT',
  'STORE_IO',
  'STORE_LOCKED',
  'JOURNAL_IO',
  'JOURNAL_LOCKED',
  'INTERRUPTED',
])

const MAX_REMEMBERED = 100_000

/** Collects what went wrong and tells Tatum in one batch per round; the same words about the same transaction are sent once. */
export class FailureReports {
  #waiting: FailureReport[] = []
  readonly #said = new Map<PendingId, string>()

  constructor(
    private readonly api: TatumApi,
    private readonly log: Log,
  ) {}

  add(pendingId: PendingId, code: ErrorCode, message: string): void {
    if (OURS.has(code)) return
    const error = `${code}: ${message}`
    if (this.#said.get(pendingId) === error) return
    this.#said.set(pendingId, error)
    const oldest = this.#said.keys().next().value
    if (this.#said.size > MAX_REMEMBERED && oldest !== undefined) this.#said.delete(oldest)
    this.#waiting.push({ pendingId, error })
  }

  /** A report that could not be delivered waits for the next round. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return
    const batch = this.#waiting
    this.#waiting = []
    try {
      await this.api.reportFailures(batch)
      this.log.info('failures.reported', { count: batch.length })
    } catch (thrown) {
      this.#waiting = [...batch, ...this.#waiting]
      this.log.warn('failures.not-reported', { count: batch.length, code: asKeywardError(thrown).code })
    }
  }
}
