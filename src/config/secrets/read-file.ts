import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Secret } from '../../core/secret.js'
import { systemCode } from '../files.js'
import { MAX_SECRET_BYTES, SecretBuffer } from './secret-text.js'
import { unresolved } from '../../core/unresolved.js'

export interface FileSecret {
  readonly secret: Secret
  /** Can users other than the owner read or change the file? */
  readonly exposed: boolean
}

const OTHERS = 0o077
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  ENOTDIR: 'the file does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read the file',
  ELOOP: 'its links lead in a circle',
}

/**
 * The content of a regular file, without one line end behind it. Non-blocking, so that a pipe of that name is refused instead of waited for.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED
 */
export async function readFileSecret(path: string): Promise<FileSecret> {
  const reference = `file:${path}`
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((problem: unknown) => {
    const code = systemCode(problem)
    throw unresolved(reference, REASONS[code] ?? code, 'Check the path and the rights of the file.')
  })
  const buffer = new SecretBuffer()
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) {
      throw unresolved(
        reference,
        'it is not a regular file',
        'For a pipe write fd:N, with the number under which the program gets it.',
      )
    }
    await readAll(handle, buffer, reference)
    const secret = buffer.secret()
    if (secret === undefined) throw unresolved(reference, 'the file is empty', 'Write the secret into it.')
    return { secret, exposed: process.platform !== 'win32' && (stats.mode & OTHERS) !== 0 }
  } finally {
    buffer.wipe()
    await handle.close()
  }
}

async function readAll(handle: FileHandle, buffer: SecretBuffer, reference: string): Promise<void> {
  for (;;) {
    const { bytesRead } = await handle.read(buffer.free, 0, buffer.free.length, null).catch((problem: unknown) => {
      const code = systemCode(problem)
      throw unresolved(reference, REASONS[code] ?? code, 'Check the path and the rights of the file.')
    })
    buffer.advance(bytesRead)
    if (buffer.tooLong) {
      throw unresolved(
        reference,
        `it is longer than ${MAX_SECRET_BYTES} bytes`,
        'Name the file that holds the secret alone.',
      )
    }
    if (bytesRead === 0) return
  }
}
