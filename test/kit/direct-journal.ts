import { systemClock } from '../../src/core/clock.js'
import type { ChainCode, Network, PendingId } from '../../src/core/ids.js'
import type { Claim, HistoryStep, Journal, JournalEntry, JournalFilter, Transition } from '../../src/core/journal.js'
import type { JournalRole } from '../../src/journal/index.js'
import { listLimit } from '../../src/journal/limits.js'
import { openLibsql } from '../../src/journal/sqlite/database.js'
import { fromWire } from '../../src/journal/sqlite/protocol.js'
import type { CallAnswers, CallInputs, CallKind, JournalCall } from '../../src/journal/sqlite/protocol.js'
import { JournalSession } from '../../src/journal/sqlite/session.js'

/** The code of the journal's worker on the calling thread, for tests that open many journals: a worker takes longer to start than they take. */
export class DirectJournal implements Journal {
  #session: JournalSession | undefined

  constructor(
    private readonly path: string,
    private readonly role: JournalRole = 'daemon',
  ) {}

  static async open(path: string, role?: JournalRole): Promise<DirectJournal> {
    const journal = new DirectJournal(path, role)
    await journal.open()
    return journal
  }

  async open(): Promise<void> {
    this.#session = JournalSession.open({ path: this.path, role: this.role, busyTimeoutMs: 100 }, openLibsql)
  }

  async close(): Promise<void> {
    this.#session?.close()
    this.#session = undefined
  }

  async claim(claims: readonly Claim[]): Promise<readonly JournalEntry[]> {
    return this.#call('claim', { claims, at: now() })
  }

  async record(pendingId: PendingId, transition: Transition): Promise<void> {
    this.#call('record', { pendingId, transition, at: now() })
  }

  async get(pendingId: PendingId): Promise<JournalEntry | undefined> {
    return this.#call('get', { pendingId })
  }

  async list(filter: JournalFilter): Promise<readonly JournalEntry[]> {
    return this.#call('list', { filter, limit: listLimit(filter.limit) })
  }

  async history(pendingId: PendingId): Promise<readonly HistoryStep[]> {
    return this.#call('history', { pendingId })
  }

  async highestSequence(chain: ChainCode, network: Network, account: string): Promise<bigint | undefined> {
    return this.#call('highestSequence', { chain, network, account })
  }

  #call<Kind extends CallKind>(kind: Kind, input: CallInputs[Kind]): CallAnswers[Kind] {
    if (this.#session === undefined) throw new Error('open the journal first')
    const reply = this.#session.run([{ kind, ...input } as JournalCall])
    if (reply.kind !== 'answered') throw fromWire(reply.error)
    const [outcome] = reply.outcomes
    if (outcome === undefined) throw new Error('the session did not answer')
    if ('error' in outcome) throw fromWire(outcome.error)
    return outcome.answer as CallAnswers[Kind]
  }
}

const now = (): string => new Date(systemClock.now()).toISOString()
