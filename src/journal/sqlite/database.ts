import Libsql from 'libsql'
import { journalFailure } from './errors.js'

/** The part of libsql's synchronous interface that the journal uses. What statements return is foreign data. */
export interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): unknown
}

export interface Statement {
  run(...parameters: readonly SqlValue[]): unknown
  get(...parameters: readonly SqlValue[]): unknown
  all(...parameters: readonly SqlValue[]): readonly unknown[]
}

export type SqlValue = string | number | null

export type OpenDatabase = (path: string) => Database

/** Opens a file without touching it. @param path absolute: libsql takes other texts for addresses. */
export const openLibsql: OpenDatabase = (path) => {
  try {
    const database = new Libsql(path)
    return {
      exec: (sql) => database.exec(sql),
      prepare: (sql) => database.prepare<SqlValue[]>(sql),
      close: () => database.close(),
    }
  } catch (thrown) {
    // libsql reports this without a code: give it the one that SQLite means.
    throw journalFailure(
      Object.assign(new Error('cannot open', { cause: thrown }), { code: 'SQLITE_CANTOPEN' }),
      'open',
    )
  }
}

/**
 * A commit returns when its frames are on the disk: WAL with FULL syncs the log at each commit, and F_FULLFSYNC makes macOS mean it. A schema that was
 * tampered with gets no functions to call.
 */
export function configure(database: Database, busyTimeoutMs: number): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  database.exec('PRAGMA trusted_schema = OFF')
  database.exec('PRAGMA cell_size_check = ON')
  database.exec('PRAGMA foreign_keys = ON')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA fullfsync = ON')
  database.exec('PRAGMA checkpoint_fullfsync = ON')
}

/** How long the log's emptying waits for readers. */
const READER_PATIENCE_MS = 1_000

/** Moves what the log holds into the database file, durably. A reader that stays in the way leaves the rest in the log. */
export function emptyLog(database: Database, busyTimeoutMs: number): void {
  database.exec(`PRAGMA busy_timeout = ${Math.min(READER_PATIENCE_MS, busyTimeoutMs)}`)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
}

/** Runs work that is committed whole or not at all. IMMEDIATE takes the write lock first, so that what is read stays true until the commit. */
export function inTransaction<T>(database: Database, mode: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
  database.exec(`BEGIN ${mode}`)
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (thrown) {
    rollBack(database)
    throw thrown
  }
}

/** After most disk errors SQLite has rolled back already and says so; the first error is the one that counts. */
function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    return
  }
}
