import { z } from 'zod'
import type { PendingId } from '../../core/ids.js'
import type { Claim, HistoryStep, JournalEntry } from '../../core/journal.js'
import { parseStored } from '../damage.js'
import { entryOf, historyStepOf } from '../entry.js'
import { requireClaimer, requireOperatorStep } from '../role.js'
import type { JournalRole } from '../role.js'
import { JOURNAL_COLUMNS, journalHeadSchema, rowOfClaim } from '../row.js'
import type { JournalRow } from '../row.js'
import { stepPatch, unknownTransaction } from '../transition.js'
import type { RowPatch } from '../transition.js'
import type { Database, Statement } from './database.js'
import { listQuery } from './list-query.js'
import type { CallInputs, JournalAnswer, JournalCall } from './protocol.js'

const sequenceSchema = z.object({ sequence: z.string().regex(/^\d{20}$/) })

/** The journal's calls as SQL, on one connection. Every method must run inside a transaction; each one changes all of what it should, or throws. */
export class SqliteStore {
  readonly #statements = new Map<string, Statement>()

  constructor(
    private readonly database: Database,
    private readonly role: JournalRole,
  ) {}

  /** @throws KeywardError JOURNAL_IO when the database cannot be trusted; any other code refuses this call alone, with nothing changed. */
  answer(call: JournalCall): JournalAnswer {
    switch (call.kind) {
      case 'claim':
        return call.claims.map((claim) => this.#claim(claim, call.at))
      case 'record':
        this.#record(call)
        return undefined
      case 'get':
        return this.#get(call.pendingId)
      case 'list':
        return this.#list(call)
      case 'history':
        return this.#history(call.pendingId)
      case 'highestSequence':
        return this.#highestSequence(call)
    }
  }

  #claim(claim: Claim, at: string): JournalEntry {
    const known = this.#get(claim.pendingId)
    if (known) return known
    requireClaimer(this.role)
    const row = rowOfClaim(claim, at)
    const marks = JOURNAL_COLUMNS.map(() => '?').join(', ')
    const insert = this.#statement(`INSERT INTO transactions (${JOURNAL_COLUMNS.join(', ')}) VALUES (${marks})`)
    insert.run(...JOURNAL_COLUMNS.map((column) => row[column]))
    this.#addStep(claim.pendingId, row)
    return entryOf(row)
  }

  #record({ pendingId, transition, at }: CallInputs['record']): void {
    const columns = Object.keys(journalHeadSchema.shape).join(', ')
    const found = this.#statement(`SELECT ${columns} FROM transactions WHERE pending_id = ?`).get(pendingId)
    if (found === undefined) throw unknownTransaction(pendingId)
    const head = parseStored(journalHeadSchema, found, `transaction ${pendingId}`)
    if (this.role !== 'daemon') requireOperatorStep(head, transition)
    this.#write(pendingId, stepPatch(head, transition, at))
  }

  #write(pendingId: PendingId, patch: RowPatch): void {
    const names = Object.keys(patch).join(' = ?, ')
    const update = this.#statement(`UPDATE transactions SET ${names} = ? WHERE pending_id = ?`)
    update.run(...Object.values(patch), pendingId)
    this.#addStep(pendingId, patch)
  }

  #addStep(
    pendingId: PendingId,
    row: Pick<JournalRow, 'state' | 'reason_code' | 'reason_message' | 'updated_at'>,
  ): void {
    const insert = this.#statement(
      `INSERT INTO steps (pending_id, seq, at, state, reason_code, reason_message)
       SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ?, ? FROM steps WHERE pending_id = ?`,
    )
    insert.run(pendingId, row.updated_at, row.state, row.reason_code, row.reason_message, pendingId)
  }

  #get(pendingId: PendingId): JournalEntry | undefined {
    const found = this.#statement(`SELECT ${JOURNAL_COLUMNS.join(', ')} FROM transactions WHERE pending_id = ?`).get(
      pendingId,
    )
    return found === undefined ? undefined : entryOf(found)
  }

  #list({ filter, limit }: CallInputs['list']): JournalEntry[] {
    const { sql, parameters } = listQuery(filter, limit)
    return this.#statement(sql)
      .all(...parameters)
      .map(entryOf)
  }

  #history(pendingId: PendingId): HistoryStep[] {
    const steps = this.#statement(
      'SELECT at, state, reason_code, reason_message FROM steps WHERE pending_id = ? ORDER BY seq',
    )
    return steps.all(pendingId).map(historyStepOf)
  }

  #highestSequence({ chain, network, account }: CallInputs['highestSequence']): bigint | undefined {
    const query = this.#statement(
      `SELECT sequence FROM transactions
       WHERE chain = ? AND network = ? AND account = ? AND raw IS NOT NULL AND state IN ('signed', 'broadcasting', 'completed')
       ORDER BY sequence DESC LIMIT 1`,
    )
    const found = query.get(chain, network, account)
    return found === undefined ? undefined : BigInt(parseStored(sequenceSchema, found, 'a sequence number').sequence)
  }

  /** Statements are compiled once. Their texts come from this folder alone, so there are few. */
  #statement(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
