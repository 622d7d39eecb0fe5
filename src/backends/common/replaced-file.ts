import { basename, dirname, resolve } from 'node:path'
import { KeywardError } from '../../core/errors.js'
import { ioError, osErrorCode } from './disk.js'
import type { Disk } from './disk.js'
import { ensureFolder, FILE_MODE, fileToken, readWhole, removeIfThere, syncFolder, writeNew } from './durable-file.js'
import type { FileContent, FileToken } from './durable-file.js'

const MAXIMUM_BYTES = 2 ** 30
/** How many earlier versions are kept. */
const BACKUPS = 5

export interface Replacement {
  readonly bytes: Buffer
  /** Reads back what was written, before it takes its place; throws to keep the file as it is. */
  readonly verify: (written: Buffer) => void | Promise<void>
  /** Name, beside the file, under which the version that is replaced stays. Absent: it goes, or there is none. */
  readonly keepAs?: string
  /** There is no such file yet, and if one appears meanwhile it must not be overwritten. */
  readonly first?: boolean
}

/**
 * Follows symbolic links, so that a write replaces the real file and not the link.
 * @returns the absolute path of the file itself, which need not exist. @throws KeywardError STORE_IO, STORE_MISSING
 */
export async function realFilePath(path: string, disk: Disk): Promise<string> {
  const absolute = resolve(path)
  try {
    return await disk.realpath(absolute)
  } catch (thrown) {
    if (osErrorCode(thrown) !== 'ENOENT') throw ioError(thrown, 'look at', absolute)
  }
  if (await isLink(disk, absolute)) throw danglingLink(absolute)
  return absolute
}

/**
 * A file that is only ever replaced as a whole, and what belongs to it: its earlier versions, the temporary file of a write and other files whose names start with its
 * own, all in one folder.
 */
export class ReplacedFile {
  /** @param path as `realFilePath` gives it. */
  constructor(
    readonly path: string,
    private readonly disk: Disk,
  ) {}

  get folder(): string {
    return dirname(this.path)
  }

  /** @throws KeywardError STORE_IO */
  token(): Promise<FileToken | undefined> {
    return fileToken(this.disk, this.path)
  }

  /** @throws KeywardError STORE_IO, STORE_UNSUPPORTED */
  read(): Promise<FileContent | undefined> {
    return readWhole(this.disk, this.path, MAXIMUM_BYTES)
  }

  /** Permission bits of the folder, `undefined` when there is none. */
  async folderMode(): Promise<number | undefined> {
    return this.disk.stat(this.folder).then(
      (stats) => stats.mode & 0o777,
      () => undefined,
    )
  }

  /**
   * Puts a new version in the place of the file, in one step: whoever reads at any moment, or after any crash, finds the old one or the new one, complete.
   * The caller holds the lock.
   * @returns the token of the new version. @throws KeywardError STORE_IO, STORE_EXISTS and whatever `verify` throws; the old version is then in place.
   */
  async replace(replacement: Replacement): Promise<FileToken> {
    await ensureFolder(this.disk, this.folder)
    const temporary = `${this.path}.tmp`
    await removeIfThere(this.disk, temporary) // Left by a writer that was killed: nobody else writes while we hold the lock.
    const token = await writeNew(this.disk, temporary, replacement.bytes)
    try {
      await this.#verifyAndSwap(temporary, replacement)
    } catch (thrown) {
      await removeIfThere(this.disk, temporary).catch(() => undefined)
      throw ioError(thrown, 'replace', this.path)
    }
    await syncFolder(this.disk, this.folder)
    return token
  }

  async #verifyAndSwap(temporary: string, { verify, keepAs, first }: Replacement): Promise<void> {
    const written = await readWhole(this.disk, temporary, MAXIMUM_BYTES)
    await verify(written?.bytes ?? Buffer.alloc(0))
    if (keepAs !== undefined) await this.#keep(keepAs)
    if (first !== true) return this.disk.rename(temporary, this.path)
    try {
      await this.disk.link(temporary, this.path) // A link, unlike a rename, never overwrites.
    } catch (thrown) {
      if (osErrorCode(thrown) === 'EEXIST') throw appeared(this.path)
      if (!lacksLinks(thrown)) throw thrown
      return this.disk.rename(temporary, this.path)
    }
    await removeIfThere(this.disk, temporary).catch(() => undefined) // The next writer removes it.
  }

  /** Gives the present version a second name, which outlives its replacement. */
  async #keep(name: string): Promise<void> {
    const kept = this.sibling(name)
    if (await this.sameFileAmong([name])) return // Kept by a writer that was killed before its rename.
    await removeIfThere(this.disk, kept)
    try {
      await this.disk.link(this.path, kept)
    } catch (thrown) {
      if (!lacksLinks(thrown)) throw ioError(thrown, 'keep the present version as', kept)
      const content = await this.read()
      if (content) await writeNew(this.disk, kept, content.bytes)
    }
    await syncFolder(this.disk, this.folder)
  }

  /** Writes another file beside it, durably. It must not exist. @throws KeywardError STORE_IO */
  async writeBeside(name: string, bytes: Buffer): Promise<void> {
    await writeNew(this.disk, this.sibling(name), bytes)
    await syncFolder(this.disk, this.folder)
  }

  /** Names in the folder that start with the file's own name and a suffix, oldest epoch first. */
  async siblings(suffix: string): Promise<string[]> {
    const prefix = `${basename(this.path)}${suffix}`
    try {
      const names = await this.disk.readdir(this.folder)
      return names.filter((name) => name.startsWith(prefix)).sort()
    } catch (thrown) {
      if (osErrorCode(thrown) === 'ENOENT') return []
      throw ioError(thrown, 'list', this.folder)
    }
  }

  /** @throws KeywardError STORE_IO */
  async removeSiblings(names: readonly string[]): Promise<void> {
    for (const name of names) await removeIfThere(this.disk, this.sibling(name))
    if (names.length > 0) await syncFolder(this.disk, this.folder)
  }

  /** Nobody but the owner may read it from now on; where the file belongs to somebody else, it stays as it is. */
  async restrict(name: string): Promise<void> {
    await this.disk.chmod(this.sibling(name), FILE_MODE).catch(() => undefined)
  }

  /** The first of these names that is the very file it is now. */
  async sameFileAmong(names: readonly string[]): Promise<string | undefined> {
    const token = await this.token()
    for (const name of names) if ((await fileToken(this.disk, this.sibling(name))) === token) return name
    return undefined
  }

  sibling(name: string): string {
    return resolve(this.folder, name)
  }

  backupName(epoch: number): string {
    return `${basename(this.path)}.backup-${epochText(epoch)}`
  }

  /** Removes the backups that are too old after a write. Backups of later epochs (of a store that was put back) stay until they are written again. */
  async pruneBackups(epoch: number): Promise<void> {
    const oldest = this.backupName(Math.max(0, epoch - BACKUPS))
    await this.removeSiblings((await this.siblings('.backup-')).filter((name) => name < oldest))
  }
}

/** Some file systems (FAT, some network ones) have no hard links, and some systems allow them to the owner only; a copy does the same. */
function lacksLinks(thrown: unknown): boolean {
  const code = osErrorCode(thrown)
  return code !== undefined && ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)
}

/** Sorts as text in the order of the numbers. */
export const epochText = (epoch: number): string => epoch.toString().padStart(10, '0')

async function isLink(disk: Disk, path: string): Promise<boolean> {
  return disk.lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
}

const danglingLink = (path: string): KeywardError =>
  new KeywardError('STORE_MISSING', `${path} is a link to a file that is not there`, {
    advice: 'Is the disk or share with it mounted? Keyward creates nothing behind a broken link.',
    context: { path },
  })

const appeared = (path: string): KeywardError =>
  new KeywardError('STORE_EXISTS', `another program has just created ${path}`, {
    advice: 'Nothing was stored and nothing was overwritten. Look at that file, then repeat.',
    context: { path },
  })
