import { isDeepStrictEqual } from 'node:util'
import { LoopbackServer } from './loopback-server.js'
import type { Answer, Received } from './loopback-server.js'

/** One recorded exchange, as the golden vectors write it: JSON-RPC ids are left out. */
export interface RecordedExchange {
  readonly method: string
  /** `{TATUM_API_URL}` stands for the base address. */
  readonly url: string
  readonly body?: unknown
  readonly response: { readonly status: number; readonly body: unknown }
}

const BASE = '{TATUM_API_URL}'

/**
 * Answers requests with what was recorded for them, in any order: HTTP method, path and, for JSON-RPC, the RPC method must match; of several, the one with the
 * same parameters is taken. A recording may be used any number of times. What nothing was recorded for goes to `otherwise`, or gets 599, which no client takes for an answer.
 */
export class ReplayServer {
  /** Requests that nothing was recorded for and `otherwise` did not answer. */
  readonly unexpected: Received[] = []
  #recorded: readonly RecordedExchange[] = []
  #server: LoopbackServer | undefined

  private constructor(private readonly otherwise: (request: Received) => Answer | undefined) {}

  static async start(
    recorded: readonly RecordedExchange[],
    otherwise: (request: Received) => Answer | undefined = () => undefined,
  ): Promise<ReplayServer> {
    const self = new ReplayServer(otherwise)
    self.#recorded = recorded
    self.#server = await LoopbackServer.start((request) => self.#answer(request))
    return self
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  get requests(): readonly Received[] {
    return this.#server?.requests ?? []
  }

  /** Recordings that no request has asked for. */
  get unused(): readonly RecordedExchange[] {
    return this.#recorded.filter((exchange) => !this.requests.some((request) => matches(exchange, request)))
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }

  #answer(request: Received): Answer {
    const fitting = this.#recorded.filter((candidate) => matches(candidate, request))
    const exchange = fitting.find((candidate) => sameParameters(candidate, request)) ?? fitting[0]
    if (exchange === undefined) {
      const answer = this.otherwise(request)
      if (answer === undefined) this.unexpected.push(request)
      return (
        answer ?? { status: 599, body: { message: `nothing was recorded for ${request.method} ${request.target}` } }
      )
    }
    const { status, body } = exchange.response
    const rpc = readRpc(request.body)
    // The caller's id belongs in the answer; recordings have none.
    const isRpcAnswer = rpc !== undefined && typeof body === 'object' && body !== null && 'jsonrpc' in body
    return { status, body: isRpcAnswer ? { ...body, id: rpc.id } : JSON.stringify(body), headers: JSON_TYPE }
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function matches(exchange: RecordedExchange, request: Received): boolean {
  if (exchange.method !== request.method || exchange.url.replace(BASE, '') !== request.target) return false
  if (exchange.body === undefined) return true
  const expected = readRpc(JSON.stringify(exchange.body))
  if (expected === undefined) return isDeepStrictEqual(exchange.body, parse(request.body))
  return expected.method === readRpc(request.body)?.method
}

function sameParameters(exchange: RecordedExchange, request: Received): boolean {
  const expected = readRpc(JSON.stringify(exchange.body ?? null))
  return isDeepStrictEqual(lower(expected?.params), lower(readRpc(request.body)?.params))
}

/** The case of hexadecimal digits means nothing in parameters. */
const lower = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null).toLowerCase()) as unknown

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readRpc(text: string): { method: string; params: unknown; id: unknown } | undefined {
  const value = parse(text) as
    { jsonrpc?: unknown; method?: unknown; params?: unknown; id?: unknown } | null | undefined
  if (value?.jsonrpc === undefined || typeof value.method !== 'string') return undefined
  return { method: value.method, params: value.params, id: value.id }
}
