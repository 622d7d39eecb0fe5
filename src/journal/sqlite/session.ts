import { dirname } from 'node:path'
import { existsSync } from 'node:fs'
import { KeywardError } from '../../core/errors.js'
import type { JournalRole } from '../role.js'
import { configure, emptyLog, inTransaction } from './database.js'
import type { Database, OpenDatabase } from './database.js'
import { isBusy, journalFailure } from './errors.js'
import { preparePrivateFile, preparePrivateFolder, requireLocalDisk } from './files.js'
import { DaemonLock } from './lock.js'
import { toWire } from './protocol.js'
import type { FromWorker, JournalCall, WireOutcome } from './protocol.js'
import { migrate, requireVersion } from './schema.js'
import { SqliteStore } from './store.js'

export interface SessionSettings {
  /** Absolute path of the database. */
  readonly path: string
  readonly role: JournalRole
  /** How long a batch waits while another process writes. */
  readonly busyTimeoutMs: number
}

/** An open journal, on the thread that may block. */
export class JournalSession {
  readonly #store: SqliteStore

  private constructor(
    private readonly database: Database,
    private readonly settings: SessionSettings,
    private readonly lock: DaemonLock | undefined,
  ) {
    this.#store = new SqliteStore(database, settings.role)
  }

  /** @throws KeywardError JOURNAL_LOCKED, JOURNAL_IO, FILE_UNREADABLE, CONFIG_INVALID */
  static open(settings: SessionSettings, open: OpenDatabase): JournalSession {
    try {
      return settings.role === 'daemon' ? JournalSession.#own(settings, open) : JournalSession.#read(settings, open)
    } catch (thrown) {
      if (isBusy(thrown)) throw busy()
      throw journalFailure(thrown, 'open')
    }
  }

  static #own(settings: SessionSettings, open: OpenDatabase): JournalSession {
    const folder = dirname(settings.path)
    preparePrivateFolder(folder)
    requireLocalDisk(folder)
    const lock = DaemonLock.take(settings.path, open)
    try {
      preparePrivateFile(settings.path)
      const database = open(settings.path)
      configure(database, settings.busyTimeoutMs)
      database.exec('PRAGMA journal_mode = WAL')
      migrate(database)
      // After a crash the log may hold frames that are in the page cache but never reached the disk: copying them and starting a new log puts them there.
      emptyLog(database, settings.busyTimeoutMs)
      return new JournalSession(database, settings, lock)
    } catch (thrown) {
      lock.release()
      throw thrown
    }
  }

  static #read(settings: SessionSettings, open: OpenDatabase): JournalSession {
    const { path, busyTimeoutMs } = settings
    if (!existsSync(path)) {
      throw new KeywardError('FILE_UNREADABLE', `there is no journal at ${path}`, {
        advice: 'Check the path of the journal. The daemon makes it when it starts for the first time.',
      })
    }
    const database = open(path)
    configure(database, busyTimeoutMs)
    requireVersion(database)
    return new JournalSession(database, settings, undefined)
  }

  /**
   * Runs calls in one durable transaction. A call that is refused does not spoil the others.
   * @returns `failed` when the outcome is unknown and the session must end.
   */
  run(calls: readonly JournalCall[]): Extract<FromWorker, { kind: 'answered' | 'refused' | 'failed' }> {
    const writes = calls.some(({ kind }) => kind === 'claim' || kind === 'record')
    try {
      const outcomes = inTransaction(this.database, writes ? 'IMMEDIATE' : 'DEFERRED', () =>
        calls.map((call) => this.#outcome(call)),
      )
      return { kind: 'answered', outcomes, committed: writes }
    } catch (thrown) {
      if (isBusy(thrown)) return { kind: 'refused', error: toWire(busy()) }
      return { kind: 'failed', error: toWire(journalFailure(thrown, writes ? 'write' : 'read')) }
    }
  }

  /** All that was acknowledged is durable already; the log is emptied so that the file alone is a whole copy. */
  close(): void {
    try {
      if (this.lock) emptyLog(this.database, this.settings.busyTimeoutMs)
    } finally {
      this.database.close()
      this.lock?.release()
    }
  }

  #outcome(call: JournalCall): WireOutcome {
    try {
      return { answer: this.#store.answer(call) }
    } catch (thrown) {
      if (thrown instanceof KeywardError && thrown.code !== 'JOURNAL_IO') return { error: toWire(thrown) }
      throw thrown
    }
  }
}

function busy(): KeywardError {
  return new KeywardError('JOURNAL_LOCKED', 'another process has been writing to the journal for too long', {
    advice: 'End the process that holds it: an open `sqlite3` shell, for instance.',
  })
}
