import { basename } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import type { FileToken } from '../common/durable-file.js'
import type { ProcessLock } from '../common/process-lock.js'
import type { Replacement } from '../common/replaced-file.js'
import { Turns } from '../common/turns.js'
import { SealedRecords } from './format/sealed-records.js'
import { encodeVersion, reopenVersion } from './format/store-version.js'
import type { StoreVersion } from './format/store-version.js'
import type { StoreFile } from './store-file.js'
import type { UnlockedContent, Unlocker } from './unlocker.js'

/** What this process knows of the store, and the version of the file it knows it from. `none`: there is no file yet. */
export type StoreState =
  | { readonly format: 'none'; readonly token: undefined; readonly records: SealedRecords }
  | (UnlockedContent & { readonly token: FileToken })

export const NO_STORE: StoreState = {
  format: 'none',
  token: undefined,
  records: SealedRecords.empty(Buffer.alloc(0)),
}

/**
 * An unlocked store: its present state in memory, kept in step with the file. Readers take no lock, as the file is only ever replaced as a whole; writers
 * hold the lock between processes and start from the file as it is then.
 */
export class StoreSession {
  #state: StoreState = NO_STORE
  readonly #writers = new Turns()
  /** Reading the file takes no turn with writers that wait for the lock, only with the moment in which one puts its version in place. */
  readonly #fileAccess = new Turns()

  constructor(
    readonly file: StoreFile,
    readonly unlocker: Unlocker,
    private readonly lock: ProcessLock,
    readonly clock: Clock,
    readonly log: Log,
  ) {}

  /** As last read. */
  get state(): StoreState {
    return this.#state
  }

  /** Reads the file again if it is another one than last time. A failure leaves the state as it was. @throws KeywardError STORE_* */
  refresh(): Promise<StoreState> {
    return this.#fileAccess.take(() => this.#refresh())
  }

  /** Reads the file, whatever is known. @throws KeywardError STORE_* */
  read(): Promise<StoreState> {
    return this.#fileAccess.take(() => this.#read())
  }

  /** Runs `work` alone: no other writer of any process runs, and the state is that of the file. @throws KeywardError STORE_LOCKED, STORE_* */
  exclusively<T>(work: (state: StoreState) => Promise<T>): Promise<T> {
    return this.#writers.take(() => this.lock.hold(async () => work(await this.refresh())))
  }

  /**
   * Writes a version of the store, reads it back, lets `verify` look at it, and puts it in place. Only inside `exclusively`.
   * @param keepAs name for the version before; absent: it is not kept.
   */
  commit(
    version: StoreVersion,
    verify: (written: StoreVersion) => void | Promise<void>,
    keepAs?: string,
  ): Promise<void> {
    return this.#fileAccess.take(() => this.#commit(version, verify, keepAs))
  }

  async #commit(
    version: StoreVersion,
    verify: (written: StoreVersion) => void | Promise<void>,
    keepAs: string | undefined,
  ): Promise<void> {
    const written: { version?: StoreVersion } = {}
    const replacement: Replacement = {
      bytes: encodeVersion(version, new Date(this.clock.now()).toISOString()),
      verify: async (bytes) => {
        written.version = reopenVersion(bytes, version.keys)
        await verify(written.version)
      },
      first: this.#state.format === 'none',
      ...(keepAs === undefined ? {} : { keepAs }),
    }
    const token = await this.file.replace(replacement)
    const current = written.version ?? version
    this.unlocker.adopt(current)
    this.#state = { format: 'keyward', version: current, records: current.records, token }
  }

  /** A writer's own backup name; `undefined` while there is no version to keep. */
  get backupName(): string | undefined {
    return this.#state.format === 'keyward' ? this.file.backupName(this.#state.version.epoch) : undefined
  }

  /** Waits for the writer of this process, if there is one, then forgets everything. */
  async close(): Promise<void> {
    await this.#writers.idle()
    await this.#fileAccess.idle()
    this.unlocker.wipe()
    this.#state = NO_STORE
  }

  async #refresh(): Promise<StoreState> {
    const before = this.#state
    if ((await this.file.token()) === before.token) return before
    const state = await this.#read()
    if (state.format === 'none' && before.format !== 'none') throw this.#vanished()
    if (state.format === 'keyward') this.unlocker.adopt(state.version)
    if (state.format === 'keyward' && before.format === 'keyward' && state.version.epoch < before.version.epoch) {
      this.log.warn('store.older-version', { was: before.version.epoch, is: state.version.epoch, path: this.file.path })
    }
    this.#state = state
    return state
  }

  async #read(): Promise<StoreState> {
    const content = await this.file.read()
    if (!content) return NO_STORE
    try {
      const unlocked = await this.unlocker.unlock(this.unlocker.recognise(content.bytes))
      return { ...unlocked, token: content.token }
    } catch (thrown) {
      throw await this.explain(thrown)
    }
  }

  #vanished(): KeywardError {
    return new KeywardError('STORE_MISSING', `the wallet store ${this.file.path} is gone`, {
      advice: 'It was there when this process started. Is its disk still mounted? The wallets are also in its backups.',
      context: { path: this.file.path },
    })
  }

  /** Adds to a fault of the content which file it is about, and what to do. */
  async explain(thrown: unknown): Promise<unknown> {
    if (!(thrown instanceof KeywardError) || thrown.context['path'] !== undefined) return thrown
    const { path } = this.file
    const advice = thrown.code === 'STORE_DAMAGED' ? await this.#repairAdvice() : thrown.advice
    return new KeywardError(thrown.code, `${path}: ${thrown.message}`, {
      ...(advice === undefined ? {} : { advice }),
      context: { path },
      cause: thrown,
    })
  }

  async #repairAdvice(): Promise<string> {
    const backup = (await this.file.siblings('.backup-').catch(() => [])).at(-1)
    const keep = 'Nothing was changed. Keep the damaged file, and'
    if (backup === undefined) return `${keep} put a copy from your own backups in its place.`
    return `${keep} put a copy of the newest backup in its place: cp ${backup} ${basename(this.file.path)} (in ${this.file.folder}).`
  }
}
