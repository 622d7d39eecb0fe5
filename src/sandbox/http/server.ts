import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import { ApiError, notServed } from './api-error.js'
import { refuseBrowsers } from './loopback.js'
import { readJsonBody } from './request-body.js'
import { nameOfCall, Router } from './router.js'
import type { Route } from './router.js'
import { refuseSecrets } from './secrets.js'

const REQUEST_TIMEOUT_MS = 30_000
const LOOPBACK = '127.0.0.1'
const NO_BODY = { text: '', value: undefined }

/** A JSON text that is passed on as it is. */
export class VerbatimJson {
  constructor(readonly text: string) {}
}

interface Answer {
  readonly status: number
  readonly text?: string
}

interface Served extends Answer {
  /** Method and pattern of the route: an address may hold an API key, so none is logged. */
  readonly call: string
}

/** Serves routes over HTTP on the loopback address. */
export class ApiServer {
  readonly #server: Server
  readonly #router: Router
  readonly #log: Log | undefined
  readonly #apiKey: string | undefined

  /** @param apiKey when given, every call of the API must carry it. */
  constructor(routes: readonly Route[], log?: Log, apiKey?: string) {
    this.#router = new Router(routes)
    this.#log = log
    this.#apiKey = apiKey
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      void this.#serve(request, response)
    })
  }

  /**
   * @param port 0 takes a free one.
   * @returns base address without a trailing slash.
   * @throws KeywardError SANDBOX_UNAVAILABLE when the port is taken.
   */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, LOOPBACK, resolve)
    }).catch((cause: unknown) => {
      throw new KeywardError('SANDBOX_UNAVAILABLE', `the sandbox cannot listen on ${LOOPBACK}:${port}`, {
        advice: 'Stop the program that uses the port, or choose another one; port 0 takes a free one.',
        cause,
      })
    })
    const bound = this.#server.address()
    return `http://${LOOPBACK}:${typeof bound === 'object' && bound !== null ? bound.port : port}`
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    const { call, status, text } = await this.#answer(request)
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    response.end(text)
    // Whatever was not read of the body would be taken for the next request of this connection.
    request.resume()
    this.#log?.debug('sandbox.request', { call, status, durationMs: Math.round(performance.now() - startedAt) })
  }

  async #answer(request: IncomingMessage): Promise<Served> {
    const method = request.method ?? ''
    const url = addressOf(request)
    const path = url?.pathname ?? '/'
    const match = this.#router.match(method, path)
    const call = match === undefined ? nameOfCall(method, path) : `${method} ${match.route.path}`
    try {
      refuseBrowsers(request.headers)
      if (match === undefined) throw notServed(call)
      this.#checkApiKey(request, path, match.params)
      const body = match.route.takesBody ? await readJsonBody(request) : NO_BODY
      refuseSecrets(body.value)
      const query = Object.fromEntries(url?.searchParams ?? [])
      const input = { params: match.params, query, body: body.value, bodyText: body.text }
      return { call, ...successOf(await match.route.run(input)) }
    } catch (thrown) {
      return { call, ...this.#failureOf(thrown, call) }
    }
  }

  #checkApiKey(request: IncomingMessage, path: string, params: Readonly<Record<string, string>>): void {
    if (this.#apiKey === undefined || path.startsWith('/sandbox/')) return
    const given = request.headers['x-api-key'] ?? params['apiKey']
    if (given !== this.#apiKey) {
      // The API repeats the key in this message; we do not.
      throw new ApiError(401, 'subscription.invalid', 'Unable to find a valid subscription for this API key.')
    }
  }

  #failureOf(thrown: unknown, call: string): Answer {
    if (thrown instanceof ApiError) return { status: thrown.statusCode, text: JSON.stringify(thrown) }
    const { code, message } = asKeywardError(thrown)
    this.#log?.error('sandbox.failed', { call, code, message })
    return { status: 500, text: JSON.stringify({ statusCode: 500, message: `The sandbox failed: ${message}` }) }
  }
}

function addressOf(request: IncomingMessage): URL | undefined {
  const [address, base] = [request.url ?? '', `http://${LOOPBACK}`]
  return URL.canParse(address, base) ? new URL(address, base) : undefined
}

function successOf(answer: unknown): Answer {
  if (answer === undefined) return { status: 204 }
  return { status: 200, text: answer instanceof VerbatimJson ? answer.text : JSON.stringify(answer) }
}
