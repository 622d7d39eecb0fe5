import * as nodeDisk from 'node:fs/promises'
import { KeywardError } from '../../core/errors.js'

/** The calls to the operating system that keep files. A dependency, so that tests make them fail at a chosen moment. */
export type Disk = Pick<
  typeof nodeDisk,
  'open' | 'link' | 'rename' | 'unlink' | 'mkdir' | 'readdir' | 'stat' | 'lstat' | 'realpath' | 'chmod'
>

export const systemDisk: Disk = nodeDisk

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space and repeat; nothing was changed.',
  EDQUOT: 'The disk quota is used up. Free some space and repeat; nothing was changed.',
  EROFS: 'The file system is mounted read-only.',
  EACCES: 'The user that runs Keyward may not do that. Check owner and permissions of the file and its folder.',
  EPERM: 'The user that runs Keyward may not do that. Check owner and permissions of the file and its folder.',
  EIO: 'The disk reports faults. Copy the store to another disk before anything else.',
}

/** `ENOENT` and its kind; `undefined` for anything that is not an error of the operating system. */
export function osErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/**
 * A failure of the operating system as STORE_IO; a KeywardError passes unchanged.
 * @param doing completes "could not …": `write`, `flush the folder of`.
 */
export function ioError(thrown: unknown, doing: string, path: string): KeywardError {
  if (thrown instanceof KeywardError) return thrown
  const code = osErrorCode(thrown)
  const advice = code === undefined ? undefined : ADVICE[code]
  return new KeywardError('STORE_IO', `could not ${doing} ${path}: ${code ?? 'unexpected failure'}`, {
    ...(advice === undefined ? {} : { advice }),
    context: { path, reason: code },
    cause: thrown,
  })
}
