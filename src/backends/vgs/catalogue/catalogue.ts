import { basename } from 'node:path'
import type { Clock } from '../../../core/clock.js'
import { KeywardError } from '../../../core/errors.js'
import type { Log } from '../../../core/log.js'
import type { Disk } from '../../common/disk.js'
import { ProcessLock } from '../../common/process-lock.js'
import { realFilePath, ReplacedFile } from '../../common/replaced-file.js'
import { Turns } from '../../common/turns.js'
import { explained, missingCatalogue, newestCopy } from './faults.js'
import { decodeCatalogue, encodeCatalogue } from './format.js'
import { NO_CONTENT } from './rows.js'
import type { CatalogueContent } from './rows.js'

export interface CatalogueOptions {
  readonly path: string
  /** Which vault the aliases belong to. */
  readonly vault: string
  readonly whenMissing: 'fail' | 'create'
  readonly disk: Disk
  readonly clock: Clock
  readonly log: Log
  readonly lockTimeoutMs?: number | undefined
}

/** Changes the catalogue while nobody else can. */
export interface CatalogueEditor {
  /** As it is now. */
  readonly content: CatalogueContent
  /** Durable when it resolves. @throws KeywardError STORE_IO; the catalogue is as before then. */
  commit(next: CatalogueContent): Promise<void>
}

interface State {
  /** `undefined`: there is no file yet. */
  readonly token: string | undefined
  readonly content: CatalogueContent
}

/**
 * Which alias belongs to which wallet: VGS cannot tell, so this file is part of the wallets. It is replaced as a whole and flushed; readers take no lock, and find the
 * version before or the one after. A second, independent copy of every version is written first, so that a file that is damaged or edited in place loses nothing.
 */
export class Catalogue {
  #state: State = { token: undefined, content: NO_CONTENT }
  readonly #writers = new Turns()
  readonly #fileAccess = new Turns()

  private constructor(
    readonly file: ReplacedFile,
    private readonly options: CatalogueOptions,
  ) {}

  /** @throws KeywardError STORE_MISSING, STORE_DAMAGED, STORE_UNSUPPORTED, STORE_IO, CONFIG_INVALID */
  static async open(options: CatalogueOptions): Promise<Catalogue> {
    const file = new ReplacedFile(await realFilePath(options.path, options.disk), options.disk)
    const catalogue = new Catalogue(file, options)
    await catalogue.#fileAccess.take(() => catalogue.#load())
    return catalogue
  }

  /** As last read. */
  get content(): CatalogueContent {
    return this.#state.content
  }

  /** Another text after every change of the file. @throws KeywardError STORE_IO */
  async revision(): Promise<string> {
    return (await this.file.token()) ?? 'none'
  }

  /** Reads the file again if it is another one than last time. A failure leaves the state as it was. @throws KeywardError STORE_* */
  refresh(): Promise<CatalogueContent> {
    return this.#fileAccess.take(async () => {
      if ((await this.file.token()) !== this.#state.token) this.#state = await this.#read()
      return this.#state.content
    })
  }

  /**
   * Runs `work` alone: no other process changes the catalogue, so a row that is underway and not one of ours was left by a process that is gone.
   * @param patienceMs how long to wait for another holder. @throws KeywardError STORE_LOCKED, STORE_*
   */
  exclusively<T>(work: (editor: CatalogueEditor) => Promise<T>, patienceMs = this.options.lockTimeoutMs): Promise<T> {
    const { clock, disk } = this.options
    const lock = new ProcessLock(`${this.file.path}.lock`, clock, disk, patienceMs)
    return this.#writers.take(() =>
      lock.hold(async () => {
        await this.refresh()
        const content = (): CatalogueContent => this.content
        return work({
          get content() {
            return content()
          },
          commit: (next) => this.#fileAccess.take(() => this.#commit(next)),
        })
      }),
    )
  }

  /** Waits for the writer of this process, if there is one. */
  async idle(): Promise<void> {
    await this.#writers.idle()
    await this.#fileAccess.idle()
  }

  async #commit(content: CatalogueContent): Promise<void> {
    const { file } = this
    const bytes = encodeCatalogue(content, this.options.vault)
    const first = this.#state.token === undefined
    // A copy without a catalogue means that the catalogue was lost, so the very first version comes before its copy.
    if (!first) await this.#copy(content.epoch, bytes)
    const verify = (written: Buffer): void => {
      if (!written.equals(bytes)) {
        throw new KeywardError('STORE_IO', `${file.path} could not be written as it should be`, {
          advice: 'The disk gives back other bytes than it was given. Nothing was changed.',
        })
      }
    }
    try {
      const token = await file.replace({ bytes, verify, first })
      this.#state = { token, content }
    } catch (thrown) {
      await file.removeSiblings([file.backupName(content.epoch)]).catch(() => undefined)
      throw thrown
    }
    if (first) await this.#copy(content.epoch, bytes)
    await file.pruneBackups(content.epoch).catch(() => undefined) // The next writer does it.
  }

  async #copy(epoch: number, bytes: Buffer): Promise<void> {
    const name = this.file.backupName(epoch)
    await this.file.removeSiblings([name]) // Left by a writer that was killed before its version took its place.
    await this.file.writeBeside(name, bytes)
  }

  async #load(): Promise<void> {
    this.#state = await this.#read()
    const { token } = this.#state
    if (token === undefined && this.options.whenMissing === 'fail') throw await missingCatalogue(this.file)
  }

  async #read(): Promise<State> {
    const found = await this.file.read()
    if (!found) {
      if (this.#state.token !== undefined || (await newestCopy(this.file)) !== undefined)
        throw await missingCatalogue(this.file)
      return { token: undefined, content: NO_CONTENT }
    }
    if ((found.mode & 0o077) !== 0) {
      this.options.log.warn('vgs.catalogue-exposed', { path: this.file.path, mode: found.mode.toString(8) })
      await this.file.restrict(basename(this.file.path))
    }
    try {
      return { token: found.token, content: decodeCatalogue(found.bytes, this.options.vault) }
    } catch (thrown) {
      throw await explained(thrown, this.file)
    }
  }
}
