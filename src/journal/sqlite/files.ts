import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { KeywardError } from '../../core/errors.js'
import { failureCode } from './errors.js'

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** Types of Linux file systems, `statfs(2)`: their locks and shared memory do not hold between machines. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB 2'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
])

/** Makes the folder (0700), and those above it, unless they exist; durably. */
export function preparePrivateFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made))
}

/**
 * Makes an empty file (0600) unless it exists, durably, and takes access to it away from everybody else; likewise to what SQLite keeps beside it, which
 * gets its mode from the file.
 *
 * The file must never be opened here when it exists: POSIX locks belong to the process and are dropped when any descriptor of the file is closed, so that
 * would unlock a journal that this process has open elsewhere. `O_EXCL` opens only what is new.
 */
export function preparePrivateFile(path: string): void {
  try {
    const file = openSync(path, 'wx', PRIVATE_FILE)
    fsyncSync(file)
    closeSync(file)
    syncFolder(dirname(path))
  } catch (thrown) {
    if (failureCode(thrown) !== 'EEXIST') throw thrown
  }
  for (const suffix of ['', '-wal', '-shm']) makePrivate(path + suffix)
}

/** @throws KeywardError CONFIG_INVALID when the folder is on a network file system. @param typeOf for tests. */
export function requireLocalDisk(folder: string, typeOf = (path: string): number => statfsSync(path).type): void {
  if (process.platform !== 'linux') return
  const kind = NETWORK_FILE_SYSTEMS.get(typeOf(folder))
  if (kind === undefined) return
  throw new KeywardError('CONFIG_INVALID', `the journal's folder ${folder} is on a network file system (${kind})`, {
    advice: 'Put the journal on a local disk: over a network, two daemons could both believe that they own it.',
  })
}

/** A new name is durable when its folder is. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function makePrivate(path: string): void {
  if (!existsSync(path)) return
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, PRIVATE_FILE)
}
