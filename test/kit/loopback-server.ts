import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { PeerCertificate } from 'node:tls'

/** One request as it arrived. */
export interface Received {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  /** Common name of a client certificate that the server's authority has signed. */
  readonly clientName?: string
}

/** What to answer. A body that is no text is sent as JSON. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /**
   * How to spoil it. `reset`: no answer, the connection is reset. `hang`: no answer, ever. `half`: head and half of the body, then the connection ends.
   * `drip`: head, then a blank every few milliseconds without end. `chunked`: whole, but its length is not announced.
   */
  readonly how?: 'reset' | 'hang' | 'half' | 'drip' | 'chunked'
  readonly delayMs?: number
}

export type Handler = (request: Received) => Answer | Promise<Answer>

const DRIP_MS = 5

/** An HTTP server on the loopback, over real sockets, that can misbehave. Closing it ends every connection, the hanging ones too. */
export class LoopbackServer {
  /** e.g. `http://127.0.0.1:41234`; after `close`, where nobody listens any more. */
  url = ''
  readonly requests: Received[] = []
  /** Sockets that were ever accepted. */
  connections = 0
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #server: http.Server | undefined

  private constructor(private readonly handler: Handler) {}

  /** @param tls key and certificate in PEM, and whether clients are asked for theirs; without them plain http. */
  static async start(handler: Handler, tls?: https.ServerOptions): Promise<LoopbackServer> {
    const self = new LoopbackServer(handler)
    await self.#listen(tls)
    return self
  }

  /** Sockets that are open now. */
  get openConnections(): number {
    return this.#sockets.size
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  async #listen(tls: https.ServerOptions | undefined): Promise<void> {
    const listener: http.RequestListener = (request, response) => void this.#serve(request, response)
    this.#server = tls ? https.createServer(tls, listener) : http.createServer(listener)
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve))
    const { port } = this.#server.address() as AddressInfo
    this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return // The client went away in the middle of its request.
    }
    const url = new URL(request.url ?? '/', 'http://loopback')
    const received: Received = {
      method: request.method ?? '',
      target: request.url ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      ...clientName(request.socket),
    }
    this.requests.push(received)
    const answer = await this.handler(received)
    if (answer.delayMs !== undefined) await this.#wait(answer.delayMs)
    this.#send(response, answer)
  }

  #send(response: http.ServerResponse, answer: Answer): void {
    const { socket } = response
    if (answer.how === 'hang') return
    if (answer.how === 'reset') {
      // Under TLS the request's own socket cannot be reset; the connection below it can.
      const port = socket?.remotePort
      for (const connection of this.#sockets) if (connection.remotePort === port) connection.resetAndDestroy()
      return
    }
    const { body: content = '' } = answer
    const isText = typeof content === 'string' || Buffer.isBuffer(content)
    const body = Buffer.isBuffer(content) ? content : Buffer.from(isText ? content : JSON.stringify(content))
    const type = isText ? {} : { 'content-type': 'application/json' }
    const status = answer.status ?? 200
    if (answer.how === 'drip') {
      response.writeHead(status, { ...type, ...answer.headers })
      this.#drip(response)
      return
    }
    const length = status === 204 || answer.how === 'chunked' ? {} : { 'content-length': String(body.length) }
    response.writeHead(status, { ...type, ...length, ...answer.headers })
    if (answer.how === 'half') response.write(body.subarray(0, body.length >> 1), () => socket?.destroy())
    else response.end(body)
  }

  #drip(response: http.ServerResponse): void {
    response.write(' ')
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!response.destroyed) this.#drip(response)
    }, DRIP_MS)
    this.#timers.add(timer)
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        resolve()
      }, ms)
      this.#timers.add(timer)
    })
  }
}

function clientName(socket: Socket): { readonly clientName?: string } {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return {}
  // A resumed connection may have none.
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate()
  const name = certificate.subject?.CN
  return typeof name === 'string' ? { clientName: name } : {}
}
