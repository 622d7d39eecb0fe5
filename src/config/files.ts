import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { KeywardError } from '../core/errors.js'

/** Far above any configuration, far below what would hurt. */
const MAX_BYTES = 1_048_576

export interface SmallFile {
  /** Absolute. */
  readonly path: string
  readonly text: string
  /** Permission bits; `undefined` where the platform has none or the file is a pipe. */
  readonly mode: number | undefined
}

/** `~/` is the home directory; anything else that is relative is relative to `base`. */
export function absolutePath(path: string, base: string, home: string): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
  return isAbsolute(path) ? path : resolve(base, path)
}

/** The system's name for what went wrong, e.g. `ENOENT`. */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'unknown'
}

/** There is no such file, or something of that name that is no file. */
export const isAbsent = (code: string): boolean => ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)

export const unreadable = (what: string, path: string, reason: string, advice: string): KeywardError =>
  new KeywardError('FILE_UNREADABLE', `${what} ${path} cannot be read: ${reason}`, { advice })

/**
 * Reads a file of settings: UTF-8, at most 1 MiB.
 * @throws the system's error when it cannot be opened or read; KeywardError FILE_UNREADABLE when it is too large or no text.
 */
export async function readSmallFile(what: string, path: string): Promise<SmallFile> {
  const handle = await open(path, 'r')
  try {
    return await readHandle(what, path, handle)
  } finally {
    await handle.close()
  }
}

async function readHandle(what: string, path: string, handle: FileHandle): Promise<SmallFile> {
  const stats = await handle.stat()
  const tooLarge = unreadable(what, path, 'it is larger than 1 MiB', 'Name the right file.')
  if (stats.size > MAX_BYTES) throw tooLarge
  const bytes = await handle.readFile()
  try {
    if (bytes.length > MAX_BYTES) throw tooLarge
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const hasMode = stats.isFile() && process.platform !== 'win32'
    return { path, text, mode: hasMode ? stats.mode & 0o777 : undefined }
  } catch (problem) {
    if (problem instanceof KeywardError) throw problem
    throw unreadable(what, path, 'it is not UTF-8 text', 'Save the file as UTF-8.')
  } finally {
    // A .env file holds secrets.
    bytes.fill(0)
  }
}
