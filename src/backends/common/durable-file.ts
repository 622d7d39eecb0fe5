import type { BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { KeywardError } from '../../core/errors.js'
import { ioError, osErrorCode } from './disk.js'
import type { Disk } from './disk.js'

type Handle = Awaited<ReturnType<Disk['open']>>

export const FILE_MODE = 0o600
export const FOLDER_MODE = 0o700

/** Changes whenever a file is replaced or written: device, inode, size and modification time in nanoseconds. */
export type FileToken = string

export interface FileContent {
  readonly bytes: Buffer
  readonly token: FileToken
  /** Permission bits, e.g. 0o600. */
  readonly mode: number
}

const tokenOf = (stats: BigIntStats): FileToken => `${stats.dev}-${stats.ino}-${stats.size}-${stats.mtimeNs}`

/** @returns `undefined` when there is no such file. @throws KeywardError STORE_IO */
export async function fileToken(disk: Disk, path: string): Promise<FileToken | undefined> {
  try {
    return tokenOf(await disk.stat(path, { bigint: true }))
  } catch (thrown) {
    if (osErrorCode(thrown) === 'ENOENT') return undefined
    throw ioError(thrown, 'look at', path)
  }
}

/**
 * The whole file, and the token of exactly the version that was read.
 * @returns `undefined` when there is no such file.
 * @throws KeywardError STORE_IO; STORE_UNSUPPORTED for something else than a regular file, or one above `maxBytes`.
 */
export async function readWhole(disk: Disk, path: string, maxBytes: number): Promise<FileContent | undefined> {
  let handle: Handle | undefined
  try {
    if (!(await disk.stat(path)).isFile()) throw notAFile(path) // Before opening: opening a pipe would wait for its writer.
    handle = await disk.open(path, 'r')
    const stats = await handle.stat({ bigint: true })
    if (stats.size > BigInt(maxBytes)) throw tooLarge(path, maxBytes)
    const bytes = Buffer.allocUnsafeSlow(Number(stats.size))
    const length = await fill(handle, bytes)
    return { bytes: bytes.subarray(0, length), token: tokenOf(stats), mode: Number(stats.mode & 0o777n) }
  } catch (thrown) {
    if (osErrorCode(thrown) === 'ENOENT') return undefined
    throw ioError(thrown, 'read', path)
  } finally {
    await handle?.close()
  }
}

async function fill(handle: Handle, bytes: Buffer): Promise<number> {
  let offset = 0
  while (offset < bytes.length) {
    const { bytesRead } = await handle.read(bytes, offset, bytes.length - offset, offset)
    if (bytesRead === 0) break // Truncated while it was read: the reader finds out by the checksum.
    offset += bytesRead
  }
  return offset
}

const notAFile = (path: string): KeywardError =>
  new KeywardError('STORE_UNSUPPORTED', `${path} is not a regular file`, {
    advice: 'Give the path of the wallet store file itself.',
    context: { path },
  })

const tooLarge = (path: string, maxBytes: number): KeywardError =>
  new KeywardError('STORE_UNSUPPORTED', `${path} is larger than ${maxBytes} bytes`, {
    advice: 'This is not a wallet store that Keyward made.',
    context: { path },
  })

/**
 * Writes a file that must not exist yet, 0600, and flushes it to the disk. After a failure the file is gone again.
 * @returns the token the file has, also after it was renamed.
 * @throws KeywardError STORE_IO
 */
export async function writeNew(disk: Disk, path: string, bytes: Uint8Array): Promise<FileToken> {
  let handle: Handle | undefined
  try {
    handle = await disk.open(path, 'wx', FILE_MODE)
    for (let offset = 0; offset < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset)
      offset += bytesWritten
    }
    await handle.sync()
    const token = tokenOf(await handle.stat({ bigint: true }))
    await handle.close()
    return token
  } catch (thrown) {
    await handle?.close().catch(() => undefined)
    if (handle) await removeIfThere(disk, path).catch(() => undefined)
    throw ioError(thrown, 'write', path)
  }
}

/** Makes renames, links and removals in a folder survive a power failure. @throws KeywardError STORE_IO */
export async function syncFolder(disk: Disk, folder: string): Promise<void> {
  if (process.platform === 'win32') return // Windows cannot open folders; its renames are journaled.
  let handle: Handle | undefined
  try {
    handle = await disk.open(folder, 'r')
    await handle.sync()
  } catch (thrown) {
    if (osErrorCode(thrown) !== 'EINVAL') throw ioError(thrown, 'flush the folder', folder) // EINVAL: not offered here.
  } finally {
    await handle?.close()
  }
}

/**
 * Creates a folder and its missing parents, 0700, durably. An existing folder keeps its permissions. Not by Node's recursive `mkdir`, which never returns
 * where a file system answers ENOENT for a folder whose parent exists.
 * @throws KeywardError STORE_IO
 */
export async function ensureFolder(disk: Disk, folder: string): Promise<void> {
  if (await makeFolder(disk, folder)) return
  const parent = dirname(folder)
  if (parent !== folder) await ensureFolder(disk, parent)
  if (!(await makeFolder(disk, folder))) throw ioError(undefined, 'create the folder', folder)
}

/** @returns false when its parent is missing. */
async function makeFolder(disk: Disk, folder: string): Promise<boolean> {
  try {
    await disk.mkdir(folder, { mode: FOLDER_MODE })
  } catch (thrown) {
    if (osErrorCode(thrown) === 'ENOENT') return false
    if (osErrorCode(thrown) !== 'EEXIST') throw ioError(thrown, 'create the folder', folder)
    return true
  }
  await syncFolder(disk, dirname(folder))
  return true
}

/** @throws KeywardError STORE_IO */
export async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.unlink(path)
  } catch (thrown) {
    if (osErrorCode(thrown) !== 'ENOENT') throw ioError(thrown, 'remove', path)
  }
}
