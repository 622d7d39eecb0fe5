import { fstat, read } from 'node:fs'
import type { Stats } from 'node:fs'
import { Socket } from 'node:net'
import { isatty } from 'node:tty'
import { promisify } from 'node:util'
import type { Secret } from '../../core/secret.js'
import { systemCode } from '../files.js'
import { MAX_SECRET_BYTES, SecretBuffer } from './secret-text.js'
import { unresolved } from '../../core/unresolved.js'

/** Whoever starts the program has the secret at hand; a pipe that stays silent was forgotten. */
const DEADLINE_MS = 30_000

const readFrom = promisify(read)
const statOf = promisify(fstat)

/**
 * Reads an inherited file descriptor to its end, without one line end behind it.
 * @param deadlineMs how long a pipe may stay open.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED
 */
export async function readDescriptorSecret(fd: number, deadlineMs = DEADLINE_MS): Promise<Secret> {
  const reference = `fd:${fd}`
  const buffer = new SecretBuffer()
  try {
    const stats = await statOf(fd).catch((problem: unknown) => {
      const code = systemCode(problem)
      const reason = code === 'EBADF' ? 'there is no such file descriptor' : code
      throw unresolved(reference, reason, `Start the program with it, e.g. \`keyward … ${fd}< <(get-secret)\`.`)
    })
    if (isatty(fd)) throw unresolved(reference, 'it is a terminal', 'To type the secret, write prompt:.')
    await (isStream(stats) ? readStream(fd, buffer, reference, deadlineMs) : readPlain(fd, buffer, reference))
    const secret = buffer.secret()
    if (secret === undefined) throw unresolved(reference, 'nothing came from it', 'Check the program at its other end.')
    return secret
  } finally {
    buffer.wipe()
  }
}

const isStream = (stats: Stats): boolean => stats.isFIFO() || stats.isSocket()

const tooLong = (reference: string) =>
  unresolved(reference, `it is longer than ${MAX_SECRET_BYTES} bytes`, 'Give the secret alone.')

async function readPlain(fd: number, buffer: SecretBuffer, reference: string): Promise<void> {
  for (;;) {
    const { bytesRead } = await readFrom(fd, buffer.free, 0, buffer.free.length, null).catch((problem: unknown) => {
      throw unresolved(reference, systemCode(problem), 'It must be open for reading.')
    })
    buffer.advance(bytesRead)
    if (buffer.tooLong) throw tooLong(reference)
    if (bytesRead === 0) return
  }
}

/** Pipes are read by events and not by a blocking read, which could neither be given up nor outlived by the process. */
function readStream(fd: number, buffer: SecretBuffer, reference: string, deadlineMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new Socket({ fd, readable: true, writable: false })
    const settle = (problem?: Error): void => {
      clearTimeout(timer)
      socket.removeAllListeners('data').destroy()
      if (problem === undefined) resolve()
      else reject(problem)
    }
    const timer = setTimeout(() => {
      settle(
        unresolved(
          reference,
          `it was still open after ${deadlineMs} ms`,
          'Close the other end after writing the secret.',
        ),
      )
    }, deadlineMs)
    socket.on('data', (chunk: Buffer) => {
      buffer.append(chunk)
      if (buffer.tooLong) settle(tooLong(reference))
    })
    socket.once('end', () => settle())
    socket.on('error', (problem) => settle(unresolved(reference, systemCode(problem), 'It must be open for reading.')))
  })
}
