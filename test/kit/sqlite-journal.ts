import { fileURLToPath } from 'node:url'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.js'
import { SqliteJournal } from '../../src/journal/sqlite/sqlite-journal.js'
import type { SqliteJournalOptions } from '../../src/journal/sqlite/sqlite-journal.js'

/** A folder of its own for one journal. */
export interface JournalFolder {
  readonly folder: string
  readonly path: string
  /** Not open yet. */
  journal(options?: Partial<SqliteJournalOptions>): SqliteJournal
  open(options?: Partial<SqliteJournalOptions>): Promise<SqliteJournal>
  remove(): Promise<void>
}

export async function journalFolder(): Promise<JournalFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-journal-'))
  const path = join(folder, 'state', 'journal.db')
  const journal = (options: Partial<SqliteJournalOptions> = {}): SqliteJournal =>
    new SqliteJournal({ path, role: 'daemon', clock: systemClock, ...options })
  return {
    folder,
    path,
    journal,
    open: async (options) => {
      const opened = journal(options)
      await opened.open()
      return opened
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export type JournalFault = 'slow' | 'full' | 'sync-fails' | 'close-fails' | 'crashes' | 'throws' | 'hangs'

/** A worker whose disk fails: `slow` by `ms` at each commit, `full` at `pages`, `close-fails` at the end, the others at the commit that comes `after` so many. */
export function faultyWorker(fault: JournalFault, options: { ms?: number; pages?: number; after?: number } = {}): URL {
  const query = new URLSearchParams({ fault })
  for (const [name, value] of Object.entries(options)) query.set(name, String(value))
  const file = JSON.stringify(fileURLToPath(new URL('./faulty-journal-worker.ts', import.meta.url)))
  const script = `import { createRequire } from 'node:module'; globalThis.journalFault = '${query.toString()}'; createRequire(${file})('tsx/cjs/api').require(${file}, ${file})`
  const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`)
  return url
}
