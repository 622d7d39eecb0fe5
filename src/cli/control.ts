import { createHash } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { z } from 'zod'
import { asKeywardError, ERRORS, KeywardError } from '../core/errors.js'
import type { ErrorCode } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Log } from '../core/log.js'

/*
 * How a command talks to the daemon that runs beside it: one line of JSON each way, over a socket that only the daemon's user can open. The socket lies beside
 * the journal, of which one daemon at a time has the lock. No secret ever goes through it.
 */
const REQUESTS = ['reload'] as const
export type ControlRequest = (typeof REQUESTS)[number]
export type ControlHandlers = Readonly<Record<ControlRequest, () => Promise<JsonObject>>>

const requestSchema = z.object({ request: z.enum(REQUESTS) })
const errorCodes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]
const replySchema = z.union([
  z.object({ result: z.record(z.string(), z.json()) }),
  z.object({ code: z.enum(errorCodes), error: z.string(), advice: z.string().optional() }),
])

const MAX_LINE_BYTES = 64 * 1024
/** Longest path of a socket that every system takes (macOS: 104 with the terminator). */
const MAX_SOCKET_PATH_BYTES = 103

/** Where the daemon of a journal listens. */
export function controlAddress(journalPath: string): string {
  if (process.platform !== 'win32') return `${journalPath}.control`
  return `\\\\.\\pipe\\keyward-${createHash('sha256').update(journalPath).digest('hex').slice(0, 32)}`
}

export interface Control {
  close(): Promise<void>
}

/** Listens for commands. A daemon that cannot listen still signs, so a failure is a warning. */
export async function listenForCommands(address: string, handlers: ControlHandlers, log: Log): Promise<Control> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void answer(socket, handlers)
  })
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  try {
    if (process.platform !== 'win32') {
      if (Buffer.byteLength(address) > MAX_SOCKET_PATH_BYTES) throw new Error('the path is too long for a socket')
      await rm(address, { force: true }) // Left by a daemon that was killed; the journal's lock says that none runs now.
    }
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address, resolve)
    })
    // A connection that cannot be taken up, as when there are no file descriptors left, must not end the daemon.
    server.on('error', (error) => log.warn('control.failed', { reason: error.message }))
    if (process.platform !== 'win32') await chmod(address, 0o600)
  } catch (thrown) {
    log.warn('control.unavailable', {
      reason: thrown instanceof Error ? thrown.message : 'unknown',
      consequence: '`keyward backend reload` cannot reach this daemon; SIGHUP does.',
    })
  }
  return { close }
}

async function answer(socket: Socket, handlers: ControlHandlers): Promise<void> {
  try {
    const { request } = requestSchema.parse(JSON.parse(await readLine(socket)))
    socket.end(`${JSON.stringify({ result: await handlers[request]() })}\n`)
  } catch (thrown) {
    const { code, message, advice } = asKeywardError(thrown)
    socket.end(`${JSON.stringify({ code, error: message, advice })}\n`)
  }
}

/**
 * Asks the daemon of a journal for something and waits for the result.
 * @throws KeywardError DAEMON_UNREACHABLE, and whatever the daemon answers.
 */
export async function askDaemon(address: string, request: ControlRequest, signal: AbortSignal): Promise<JsonObject> {
  const socket = connect(address)
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    socket.write(`${JSON.stringify({ request })}\n`)
    const reply = replySchema.parse(JSON.parse(await readLine(socket)))
    if ('result' in reply) return reply.result
    const { code, error, advice } = reply
    throw new KeywardError(code, error, advice === undefined ? {} : { advice })
  } catch (thrown) {
    if (thrown instanceof KeywardError) throw thrown
    if (signal.aborted) throw new KeywardError('INTERRUPTED', 'stopped before the daemon answered', { cause: thrown })
    throw new KeywardError('DAEMON_UNREACHABLE', `no daemon answers for the journal ${address}`, {
      advice:
        'Is it running, as the same user and with the same --config or --journal? A daemon elsewhere takes SIGHUP.',
      cause: thrown,
    })
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
      else if (text.length > MAX_LINE_BYTES) reject(new Error('the line is too long'))
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed without an answer')))
  })
}
