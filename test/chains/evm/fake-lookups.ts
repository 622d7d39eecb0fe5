import type { ChainLookups, EndpointRequest } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { Network } from '../../../src/core/ids.js'
import type { Exchange } from './evm-vectors.js'

export interface LookupCall {
  readonly path: string
  readonly method?: string
  readonly params?: readonly unknown[]
  /** Role of a host beside the API. */
  readonly endpoint?: string
}

/** Answers as a function of the call; an error is thrown. */
export type Answering = (call: LookupCall) => unknown

const unexpected = (): Promise<never> => Promise.reject(new Error('was not expected to be asked'))

/** Look-ups in memory. Counts what is asked, and remembers `once` as the daemon does. */
export class FakeLookups implements ChainLookups {
  readonly calls: LookupCall[] = []
  highest: bigint | undefined
  readonly #known = new Map<string, Promise<unknown>>()

  constructor(
    public answer: Answering,
    readonly network: Network = 'testnet',
  ) {}

  get(path: string): Promise<unknown> {
    return this.#ask({ path })
  }

  rpc(path: string, method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#ask({ path, method, params })
  }

  /** A node of the customer's own is there when the test says so. */
  ownNode: ((body: unknown) => unknown) | undefined

  endpoint(role: string, { path, body }: EndpointRequest): Promise<unknown> {
    if (role !== 'node') return this.#ask({ path, endpoint: role })
    if (this.ownNode !== undefined) return Promise.resolve(this.ownNode(body))
    return Promise.reject(new KeywardError('CONFIG_INVALID', 'there is no such endpoint'))
  }

  post = unexpected
  signerAddress = unexpected

  async once<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key)
    if (known) return known as Promise<T>
    const loading = load()
    this.#known.set(key, loading)
    loading.catch(() => this.#known.delete(key))
    return loading
  }

  highestSequence(): Promise<bigint | undefined> {
    return Promise.resolve(this.highest)
  }

  asked(what: string): number {
    return this.calls.filter(({ path, method }) => method === what || path.includes(what)).length
  }

  async #ask(call: LookupCall): Promise<unknown> {
    this.calls.push(call)
    const answer = this.answer(call)
    if (answer instanceof Error) throw answer
    return answer
  }
}

/** A healthy testnet. */
export const quietNetwork =
  (count = 0): Answering =>
  ({ path, method }) => {
    if (method === 'eth_chainId') return '0xaa36a7'
    if (method === 'eth_estimateGas') return '0xcfde'
    if (path.includes('/transaction/count/')) return count
    if (path.includes('/blockchain/fee/')) return { fast: 3, medium: 20_000_000_000, slow: 1 }
    return notFound(path)
  }

export const notFound = (path: string): KeywardError =>
  new KeywardError('API_REFUSED', `nothing at ${path}`, { context: { status: 404 } })

const BASE = '{TATUM_API_URL}'

/** Plays what was recorded; anything else is an error. JSON-RPC must come with the recorded parameters. */
export const recorded =
  (http: readonly Exchange[]): Answering =>
  (call) => {
    const exchange = http.find(({ url, body }) => {
      const path = url.replace(BASE, '').replace('stub-api-key', '{apiKey}')
      return path === call.path && body?.method === call.method && same(body?.params, call.params)
    })
    if (exchange === undefined) return new Error(`not recorded: ${JSON.stringify(call)}`)
    const reply = exchange.response.body
    return typeof reply === 'object' && reply !== null && 'result' in reply ? reply.result : reply
  }

/** The order of members means nothing. */
const same = (left: unknown, right: unknown): boolean => sorted(left) === sorted(right)

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
