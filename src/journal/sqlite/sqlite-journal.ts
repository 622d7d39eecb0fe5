import { resolve } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode, Network, PendingId } from '../../core/ids.js'
import type { Claim, HistoryStep, Journal, JournalEntry, JournalFilter, Transition } from '../../core/journal.js'
import { GroupCommit } from '../group-commit.js'
import type { Outcome } from '../group-commit.js'
import { CALLS_PER_COMMIT, CLAIMS_PER_CALL, listLimit } from '../limits.js'
import type { JournalRole } from '../role.js'
import { fromWire } from './protocol.js'
import type { CallAnswers, CallInputs, CallKind, JournalAnswer, JournalCall } from './protocol.js'
import { JOURNAL_WORKER } from './worker-entry.js'
import { WorkerLink } from './worker-link.js'

export interface SqliteJournalOptions {
  /** The database file. */
  readonly path: string
  readonly role: JournalRole
  readonly clock: Clock
  /** How long a commit may take before the disk counts as dead. */
  readonly deadlineMs?: number
  /** For tests and benchmarks: a worker whose disk fails or is slow. */
  readonly worker?: URL
}

/** Since the journal was opened. Calls divided by commits is what group commit saves. */
export interface JournalStats {
  readonly calls: number
  readonly commits: number
}

const DEADLINE_MS = 60_000
/** Recovering the log of a crashed daemon, or migrating a large journal, takes longer than any commit. */
const OPEN_DEADLINE_MS = 600_000

/**
 * The journal in one SQLite file, written by a thread of its own. After a failure of the disk every later call is rejected: a sync that failed may not be
 * repeated, because the system may have dropped what it could not write. What a rejected call has changed is then unknown until the journal is opened again.
 */
export class SqliteJournal implements Journal {
  readonly #commits = new GroupCommit<JournalCall, JournalAnswer>((calls) => this.#commit(calls), CALLS_PER_COMMIT)
  readonly #deadlineMs: number
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #link: WorkerLink | undefined
  #stats: JournalStats = { calls: 0, commits: 0 }

  constructor(private readonly options: SqliteJournalOptions) {
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS
  }

  get stats(): JournalStats {
    return this.#stats
  }

  /** May be repeated after it failed. @throws KeywardError JOURNAL_LOCKED, JOURNAL_IO, FILE_UNREADABLE for a reader without a journal. */
  async open(): Promise<void> {
    if (this.#closing) throw closed()
    this.#opening ??= this.#start()
    try {
      await this.#opening
    } catch (thrown) {
      this.#opening = undefined
      throw thrown
    }
  }

  /** Finishes the calls underway and frees the journal for another daemon. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async claim(claims: readonly Claim[]): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = []
    for (let start = 0; start < claims.length; start += CLAIMS_PER_CALL) {
      const part = { claims: claims.slice(start, start + CLAIMS_PER_CALL), at: this.#now() }
      entries.push(...(await this.#call('claim', part)))
    }
    return entries
  }

  async record(pendingId: PendingId, transition: Transition): Promise<void> {
    await this.#call('record', { pendingId, transition, at: this.#now() })
  }

  get(pendingId: PendingId): Promise<JournalEntry | undefined> {
    return this.#call('get', { pendingId })
  }

  async list(filter: JournalFilter): Promise<readonly JournalEntry[]> {
    return this.#call('list', { filter, limit: listLimit(filter.limit) })
  }

  history(pendingId: PendingId): Promise<readonly HistoryStep[]> {
    return this.#call('history', { pendingId })
  }

  highestSequence(chain: ChainCode, network: Network, account: string): Promise<bigint | undefined> {
    return this.#call('highestSequence', { chain, network, account })
  }

  async #start(): Promise<void> {
    const { path, role, worker } = this.options
    const settings = { path: resolve(path), role, busyTimeoutMs: Math.floor(this.#deadlineMs / 2) }
    this.#link = await WorkerLink.start(worker ?? JOURNAL_WORKER, settings, OPEN_DEADLINE_MS, (error) => {
      // An opening that failed may be repeated; what was open and broke is broken for good.
      if (this.#link) this.#commits.stop(error)
    })
  }

  async #end(): Promise<void> {
    await this.#opening?.catch(() => undefined)
    this.#commits.refuse(closed())
    await this.#commits.drain()
    if (this.#link === undefined) return
    try {
      if (!this.#link.failed) await this.#link.ask({ kind: 'close' }, this.#deadlineMs)
    } finally {
      await this.#link.end()
    }
  }

  async #call<Kind extends CallKind>(kind: Kind, input: CallInputs[Kind]): Promise<CallAnswers[Kind]> {
    if (this.#link === undefined) throw new KeywardError('JOURNAL_IO', 'the journal is not open')
    this.#stats = { ...this.#stats, calls: this.#stats.calls + 1 }
    // The store answers each call in its own kind.
    return (await this.#commits.submit({ kind, ...input } as JournalCall)) as CallAnswers[Kind]
  }

  async #commit(calls: readonly JournalCall[]): Promise<readonly Outcome<JournalAnswer>[]> {
    if (this.#link === undefined) throw closed()
    const reply = await this.#link.ask({ kind: 'batch', calls }, this.#deadlineMs)
    if (reply.kind === 'refused') throw fromWire(reply.error)
    if (reply.kind !== 'answered') throw new KeywardError('INTERNAL', `the journal's worker answered "${reply.kind}"`)
    if (reply.committed) this.#stats = { ...this.#stats, commits: this.#stats.commits + 1 }
    return reply.outcomes.map((outcome) => ('error' in outcome ? { error: fromWire(outcome.error) } : outcome))
  }

  #now(): string {
    return new Date(this.options.clock.now()).toISOString()
  }
}

function closed(): KeywardError {
  return new KeywardError('JOURNAL_IO', 'the journal is closed')
}
