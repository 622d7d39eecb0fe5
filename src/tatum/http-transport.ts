import type { Pool } from 'undici'
import type { Deadline, StopReason } from '../core/deadline.js'
import { ReplyCollector } from './reply-collector.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** As it goes over the wire: it may hold the API key, so it is never logged. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** A longer answer is not read. */
  readonly maxBytes: number
}

export interface HttpReply {
  readonly kind: 'reply'
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** No whole answer came back. */
export interface HttpFailure {
  readonly kind: 'failure'
  readonly reason: StopReason | 'network' | 'oversized' | 'closed'
  /** `false`: certainly not one byte of the request left. `true`: the server may have acted on it. */
  readonly sent: boolean
  /** The system's name of the problem, e.g. `ECONNREFUSED`. */
  readonly code?: string
}

export type Exchanged = HttpReply | HttpFailure

/** A poll every few seconds should find its connection still open: well below the idle time-outs that gateways use (60 s and more). */
const IDLE_MS = 20_000
/** Closing a socket before its server does avoids writing into one that is just going away. */
const IDLE_MARGIN_MS = 1_500
const CONNECT_MS = 10_000
const CLOSE_GRACE_MS = 1_000

/**
 * Keep-alive connections to one server. Follows no redirect, repeats nothing, throws nothing: what happened is the answer. Pipelining is off, so a lost
 * connection concerns one request only.
 */
export class HttpTransport {
  #pool: Promise<Pool> | undefined
  #closing: Promise<void> | undefined

  /** @param origin scheme, host and port. */
  constructor(
    private readonly origin: string,
    private readonly connections: number,
  ) {}

  /** @param make is called when the request is about to be handed over, so that the key in it is a string no earlier. */
  async exchange(make: () => HttpRequest, deadline: Deadline): Promise<Exchanged> {
    const notSent = (reason: HttpFailure['reason']): HttpFailure => ({ kind: 'failure', reason, sent: false })
    if (this.#isClosing()) return notSent('closed')
    this.#pool ??= this.#open()
    const pool = await this.#pool
    if (deadline.stopped) return notSent(deadline.stopped)
    if (this.#isClosing()) return notSent('closed')
    const { maxBytes, ...request } = make()
    const collector = new ReplyCollector(maxBytes, deadline)
    pool.dispatch(request, collector)
    const exchanged = await collector.done
    return this.#isClosing() && exchanged.kind === 'failure' ? { ...exchanged, reason: 'closed' } : exchanged
  }

  /** Gives running requests a moment, then ends them. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#shut()
    return this.#closing
  }

  #isClosing(): boolean {
    return this.#closing !== undefined
  }

  async #shut(): Promise<void> {
    const pool = await this.#pool
    if (pool === undefined) return
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_GRACE_MS)))
    await Promise.race([pool.close(), grace])
    clearTimeout(timer)
    await pool.destroy()
  }

  async #open(): Promise<Pool> {
    const undici = await import('undici')
    return new undici.Pool(this.origin, {
      connections: this.connections,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      connectTimeout: CONNECT_MS,
      // The deadline covers headers and body; a second clock would only give a second way to fail.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }
}
