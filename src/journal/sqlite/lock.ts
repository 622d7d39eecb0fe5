import { KeywardError } from '../../core/errors.js'
import type { Database, OpenDatabase } from './database.js'
import { isBusy } from './errors.js'
import { preparePrivateFile } from './files.js'

/**
 * One daemon per journal. The lock is an exclusive transaction, never finished, on a second, empty database beside the journal: a lock of the kernel, which
 * ends with the process however that ends, so it can never be stale. The journal itself stays open to readers.
 */
export class DaemonLock {
  private constructor(private readonly database: Database) {}

  /** @throws KeywardError JOURNAL_LOCKED */
  static take(journalPath: string, open: OpenDatabase): DaemonLock {
    const path = `${journalPath}.lock`
    preparePrivateFile(path)
    const database = open(path)
    try {
      database.exec('PRAGMA journal_mode = MEMORY')
      database.exec('BEGIN EXCLUSIVE')
    } catch (thrown) {
      database.close()
      if (!isBusy(thrown)) throw thrown
      throw new KeywardError('JOURNAL_LOCKED', 'another daemon works with this journal', {
        advice: `Stop it first, or give this one a journal of its own. \`fuser ${path}\` names its process.`,
        context: { path: journalPath },
      })
    }
    return new DaemonLock(database)
  }

  release(): void {
    this.database.exec('ROLLBACK')
    this.database.close()
  }
}
