import { dirname } from 'node:path'
import type { Database } from 'libsql'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import { ensureFolder, FILE_MODE } from './durable-file.js'
import { ioError } from './disk.js'
import type { Disk } from './disk.js'

const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 200

interface Holder {
  release(): void
}

/**
 * A lock between processes that dies with its holder: the operating system's own lock on a small file, taken through SQLite because Node has no call for
 * it (docs/adr/0004-store-lock.md). The file is never deleted: deleting it would let two processes lock two different files of one name.
 */
export class ProcessLock {
  /** @param timeoutMs how long `hold` waits for another holder. */
  constructor(
    private readonly path: string,
    private readonly clock: Clock,
    private readonly disk: Disk,
    private readonly timeoutMs = 30_000,
  ) {}

  /**
   * Runs `work` while no other process, and no other lock object in this one, holds the same file.
   * @throws KeywardError STORE_LOCKED when the lock stays taken; STORE_IO when it cannot be used at all; whatever `work` throws.
   */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    const holder = await this.#acquire()
    try {
      return await work()
    } finally {
      holder.release()
    }
  }

  async #acquire(): Promise<Holder> {
    await ensureFolder(this.disk, dirname(this.path))
    const deadline = this.clock.now() + this.timeoutMs
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const holder = await this.#attempt()
      if (holder) {
        // By path, never by a descriptor of our own: closing one would drop every lock this process has on the file (POSIX).
        await this.disk.chmod(this.path, FILE_MODE).catch(() => undefined)
        return holder
      }
      if (this.clock.now() >= deadline) throw this.#stillTaken()
      await this.clock.sleep(pauseMs * (0.5 + Math.random()))
    }
  }

  async #attempt(): Promise<Holder | undefined> {
    let database: Database | undefined
    try {
      const { default: Sqlite } = await import('libsql')
      database = new Sqlite(this.path)
      // Nothing is ever written, so nothing needs a journal file; the exclusive transaction is the lock.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
      const taken = database
      return { release: () => taken.close() }
    } catch (thrown) {
      database?.close()
      if (isBusy(thrown)) return undefined
      throw ioError(thrown, 'lock', this.path)
    }
  }

  #stillTaken(): KeywardError {
    return new KeywardError('STORE_LOCKED', `another process has kept ${this.path} locked for ${this.timeoutMs} ms`, {
      advice:
        'Another Keyward command is changing the wallet store. Wait for it to end, or end it; the lock goes with the process that holds it. Do not delete the lock file.',
      context: { path: this.path },
    })
  }
}

const isBusy = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  'code' in thrown &&
  typeof thrown.code === 'string' &&
  thrown.code.startsWith('SQLITE_BUSY')
