import type { Clock } from '../core/clock.js'
import type { Journal } from '../core/journal.js'
import type { JournalRole } from './role.js'

export type { JournalRole } from './role.js'
export type { JournalStats } from './sqlite/sqlite-journal.js'

export interface JournalOptions {
  /** The database file; it and its folder are made when they do not exist. */
  readonly path: string
  readonly role: JournalRole
  readonly clock: Clock
}

/** A journal that still has to be opened. Loads the database's code only now. */
export async function createJournal(options: JournalOptions): Promise<Journal> {
  const { SqliteJournal } = await import('./sqlite/sqlite-journal.js')
  return new SqliteJournal(options)
}
