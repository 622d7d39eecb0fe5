import { TRANSACTION_STATES } from '../../core/journal.js'
import type { JournalFilter } from '../../core/journal.js'
import { JOURNAL_COLUMNS } from '../row.js'
import type { SqlValue } from './database.js'

interface Query {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

/** Newest first means: claimed last. `id` grows with each claim. */
const NEWEST = 'ORDER BY id DESC LIMIT ?'

/**
 * Each state is asked for by itself, because an index gives the newest rows of one state in order, but has to sort the rows of several: of the millions of
 * completed transactions only the first page is read.
 */
export function listQuery(filter: JournalFilter, limit: number): Query {
  const columns = `id, ${JOURNAL_COLUMNS.join(', ')}`
  const states = filter.states ?? (filter.chain === undefined ? undefined : TRANSACTION_STATES)
  if (states === undefined) return oneState(columns, filter, undefined, limit)
  const queries = [...new Set(states)].map((state) => oneState(columns, filter, state, limit))
  if (queries.length === 0) return { sql: `SELECT ${columns} FROM transactions WHERE 0`, parameters: [] }
  return {
    sql: `${queries.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL ')} ${NEWEST}`,
    parameters: [...queries.flatMap(({ parameters }) => parameters), limit],
  }
}

function oneState(columns: string, filter: JournalFilter, state: string | undefined, limit: number): Query {
  const wanted = { state, chain: filter.chain, network: filter.network }
  const conditions = Object.entries(wanted).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column, value }],
  )
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ column }) => `${column} = ?`).join(' AND ')} `
  return {
    sql: `SELECT ${columns} FROM transactions ${where}${NEWEST}`,
    parameters: [...conditions.map(({ value }) => value), limit],
  }
}
