import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { openLibsql } from '../../src/journal/sqlite/database.js'
import type { Database, OpenDatabase } from '../../src/journal/sqlite/database.js'
import { serveJournal } from '../../src/journal/sqlite/serve.js'
import type { JournalFault } from './sqlite-journal.js'

/** The journal's worker on a disk that fails as the query of its URL says. Commits are counted from the opening, which makes one itself. */
// Put there by the line that starts this thread: not every version of Node keeps the query of a TypeScript file's address.
const query = new URLSearchParams(String(Reflect.get(globalThis, 'journalFault')))
const fault = z
  .enum(['slow', 'full', 'sync-fails', 'close-fails', 'crashes', 'throws', 'hangs'])
  .parse(query.get('fault')) satisfies JournalFault
const after = Number(query.get('after') ?? 0)

const sleep = (ms?: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

const syncFailed = (): Error => Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' })

let commits = 0
let checkpoints = 0

function commit(database: Database): unknown {
  commits += 1
  if (fault === 'slow') sleep(Number(query.get('ms')))
  if (commits <= after) return database.exec('COMMIT')
  switch (fault) {
    case 'sync-fails':
      // What SQLite answers when fsync does: the frames may be on the disk or not.
      throw syncFailed()
    case 'crashes':
      return process.exit(7)
    case 'throws':
      setImmediate(() => {
        throw new RangeError('a defect in the worker')
      })
      return database.exec('COMMIT')
    case 'hangs':
      return sleep()
    case 'slow':
    case 'full':
    case 'close-fails':
      return database.exec('COMMIT')
  }
}

const open: OpenDatabase = (path) => {
  const database = openLibsql(path)
  if (path.endsWith('.lock')) return database
  if (fault === 'full') database.exec(`PRAGMA max_page_count = ${Number(query.get('pages'))}`)
  return {
    ...database,
    exec: (sql) => {
      if (sql === 'COMMIT') return commit(database)
      // One is made at the opening, the other at the end.
      if (sql.includes('wal_checkpoint') && ++checkpoints > 1 && fault === 'close-fails') throw syncFailed()
      return database.exec(sql)
    },
  }
}

const settings = z.object({ path: z.string(), role: z.enum(['daemon', 'reader']), busyTimeoutMs: z.number() })
if (parentPort) serveJournal(parentPort, settings.parse(workerData), open)
