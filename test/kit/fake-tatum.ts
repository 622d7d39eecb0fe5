import { FakeChainState } from './fake-chain-state.js'
import { afterAcceptance, isLate, spoil } from './fake-faults.js'
import type { Fault, FaultKind } from './fake-faults.js'
import { LoopbackServer } from './loopback-server.js'
import type { Answer, Received } from './loopback-server.js'

export type { Fault, FaultKind } from './fake-faults.js'

/** What the fake hands out: the members that it looks at itself; everything else is passed on as it is. */
export interface FakePending {
  readonly id: string
  readonly chain: string
  readonly hashes: readonly string[]
  readonly signatures?: readonly { readonly id: string; readonly index?: number }[] | null
  readonly [member: string]: unknown
}

export type FakeRoute = 'pending' | 'broadcast' | 'status' | 'complete' | 'report' | 'lookup' | 'rpc'

/**
 * `accept`: a transaction leaves the list when the network takes it, even if the answer is lost. `reply`: only when the answer is sent. `never`: the list
 * goes on naming it.
 */
export type Removal = 'accept' | 'reply' | 'never'

export interface FakeTatumOptions {
  /** When set, other keys get 401. */
  readonly apiKey?: string
  readonly removal?: Removal
}

interface Held {
  readonly item: FakePending
  readonly wallets: readonly string[]
  txId?: string
  listed: boolean
}

/** The Tatum API in this process, over real sockets, with a small network behind it. */
export class FakeTatum {
  readonly network = new FakeChainState()
  readonly reports: { readonly signatureId: string; readonly error: string }[] = []
  removal: Removal
  /** Value of `x-ttm-kms-latest-version` in poll answers. */
  latestVersion: string | undefined
  /** Answers before anything else does; `undefined` leaves the request to the fake. */
  override: (request: Received, route: FakeRoute) => Answer | undefined = () => undefined
  readonly #held = new Map<string, Held>()
  readonly #raws = new Map<string, string[]>()
  readonly #calls: { readonly route: FakeRoute; readonly request: Received }[] = []
  #faults: { readonly route: FakeRoute; readonly fault: Fault; left: number }[] = []
  #server: LoopbackServer | undefined

  private constructor(private readonly options: FakeTatumOptions) {
    this.removal = options.removal ?? 'accept'
  }

  static async start(options: FakeTatumOptions = {}): Promise<FakeTatum> {
    const self = new FakeTatum(options)
    self.#server = await LoopbackServer.start((request) => self.#answer(request))
    return self
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  /** Sockets that were ever accepted. */
  get connections(): number {
    return this.#server?.connections ?? 0
  }

  /** Sockets that are open now. */
  get openConnections(): number {
    return this.#server?.openConnections ?? 0
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }

  add(...items: readonly FakePending[]): void {
    for (const item of items) {
      const wallets = [...item.hashes, ...(item.signatures ?? []).map(({ id }) => id)]
      this.#held.set(item.id, { item, wallets, listed: true })
    }
  }

  /** The transaction is cancelled: the API knows nothing of it any more. */
  drop(id: string): void {
    this.#held.delete(id)
  }

  fail(route: FakeRoute, fault: Fault | FaultKind): void {
    const full = typeof fault === 'object' ? fault : { kind: fault }
    this.#faults.push({ route, fault: full, left: full.times ?? Infinity })
  }

  heal(): void {
    this.#faults = []
  }

  /** Every `txData` that arrived for this pending id, in order, whatever was answered. */
  broadcasts(id: string): readonly string[] {
    return this.#raws.get(id) ?? []
  }

  /** Pending ids for which more than one different raw arrived: each would be a second signature. */
  get signedTwice(): readonly string[] {
    return [...this.#raws].filter(([, raws]) => new Set(raws).size > 1).map(([id]) => id)
  }

  doneAs(id: string): string | undefined {
    return this.#held.get(id)?.txId
  }

  /** Ids that are neither done nor dropped. */
  get open(): readonly string[] {
    return [...this.#held].filter(([, { txId }]) => txId === undefined).map(([id]) => id)
  }

  calls(route?: FakeRoute): readonly Received[] {
    return this.#calls.filter((call) => route === undefined || call.route === route).map(({ request }) => request)
  }

  async #answer(request: Received): Promise<Answer> {
    const route = routeOf(request)
    this.#calls.push({ route, request })
    const overriding = this.override(request, route)
    if (overriding) return overriding
    const fault = this.#takeFault(route, request)
    if (fault !== undefined && !isLate(fault.kind)) return spoil(fault, () => this.#serve(route, request, undefined))
    return this.#serve(route, request, fault)
  }

  #takeFault(route: FakeRoute, request: Received): Fault | undefined {
    const hit = this.#faults.find(({ route: on, fault, left }) => {
      const concerned = fault.only === undefined || (request.target + request.body).includes(fault.only)
      return on === route && left > 0 && concerned
    })
    if (hit) hit.left -= 1
    return hit?.fault
  }

  async #serve(route: FakeRoute, request: Received, fault: Fault | undefined): Promise<Answer> {
    const refused = this.#authenticate(route, request)
    if (refused) return refused
    switch (route) {
      case 'pending':
        return this.#list(request, fault)
      case 'broadcast':
        return this.#broadcast(request, fault)
      case 'status':
        return this.#status(lastPart(request))
      case 'complete':
        return this.#complete(request)
      case 'report':
        this.reports.push(...(JSON.parse(request.body) as { errors: { signatureId: string; error: string }[] }).errors)
        return { body: {} }
      case 'rpc': {
        const { id, method, params } = JSON.parse(request.body) as { id: unknown; method: string; params: unknown[] }
        return { body: { jsonrpc: '2.0', id, ...this.network.rpc(method, params) } }
      }
      case 'lookup':
        return (
          this.network.rest(request) ?? {
            status: 404,
            body: { statusCode: 404, message: `Cannot ${request.method} ${request.path}` },
          }
        )
    }
  }

  /** As the API does it, the refusal repeats the key. */
  #authenticate(route: FakeRoute, request: Received): Answer | undefined {
    const { apiKey } = this.options
    if (apiKey === undefined) return undefined
    const sent = route === 'rpc' ? decodeURIComponent(lastPart(request)) : request.headers['x-api-key']
    if (sent === apiKey) return undefined
    const message = `Unable to find valid subscription for '${String(sent)}'`
    return { status: 401, body: { statusCode: 401, errorCode: 'subscription.invalid', message } }
  }

  #list(request: Received, fault: Fault | undefined): Answer {
    const { signatureIds } = JSON.parse(request.body) as { signatureIds: string[] }
    const asked = new Set(signatureIds.map((id) => id.toLowerCase()))
    const items: unknown[] = []
    for (const { item, wallets, listed } of this.#held.values()) {
      const concerned = item.chain === lastPart(request) && wallets.some((id) => asked.has(id.toLowerCase()))
      if (listed && concerned) items.push(item)
    }
    if (fault?.kind === 'null-items') items.unshift(null, 'junk', 7, { chain: 'ETH' }, { id: 'not an id' })
    const headers = this.latestVersion === undefined ? {} : { 'x-ttm-kms-latest-version': this.latestVersion }
    return { body: items, headers }
  }

  async #broadcast(request: Received, fault: Fault | undefined): Promise<Answer> {
    const { signatureId, txData, currency } = JSON.parse(request.body) as Record<
      'signatureId' | 'txData' | 'currency',
      string
    >
    this.#raws.set(signatureId, [...this.broadcasts(signatureId), txData])
    const held = this.#held.get(signatureId)
    if (held === undefined) return missing(signatureId)
    const offchain = request.path.includes('/offchain/')
    const apiPath = offchain ? (OFFCHAIN_PATHS[currency] ?? currency) : (request.path.split('/')[2] ?? '')
    const { txId, refusal } = await this.network.submit(apiPath, txData)
    if (refusal !== undefined) {
      const errorCode = `${apiPath}.broadcast.failed`
      const message = `Broadcast of the transaction failed. Reason: ${refusal}`
      return { status: 403, body: { statusCode: 403, errorCode, message } }
    }
    const completes = fault?.kind !== 'failed-flag'
    const replies = fault === undefined || fault.kind === 'failed-flag'
    if (completes && (this.removal !== 'reply' || replies)) this.#done(held, txId)
    const flags = offchain ? { completed: completes } : completes ? {} : { failed: true }
    return afterAcceptance(fault, { body: { txId, ...flags } })
  }

  #status(id: string): Answer {
    const held = this.#held.get(id)
    if (held === undefined) return missing(id)
    return { body: held.txId === undefined ? held.item : { ...held.item, txId: held.txId } }
  }

  #complete(request: Received): Answer {
    const [id = '', txId = ''] = request.path.split('/').slice(3)
    const held = this.#held.get(id)
    if (held === undefined) return missing(id)
    this.#done(held, decodeURIComponent(txId))
    return { status: 204 }
  }

  #done(held: Held, txId: string): void {
    held.txId = txId
    if (this.removal !== 'never') held.listed = false
  }
}

const OFFCHAIN_PATHS: Readonly<Record<string, string>> = {
  BTC: 'bitcoin',
  LTC: 'litecoin',
  DOGE: 'dogecoin',
  BCH: 'bcash',
  ETH: 'ethereum',
}

function routeOf({ method, path }: Received): FakeRoute {
  if (path.startsWith('/v3/kms/pending/')) return 'pending'
  if (path === '/v3/tatum/kms/batch') return 'report'
  if (path.startsWith('/v3/kms/')) return method === 'PUT' ? 'complete' : 'status'
  if (path.endsWith('/broadcast')) return 'broadcast'
  return path.includes('/web3/') || path.startsWith('/v3/blockchain/node/') ? 'rpc' : 'lookup'
}

const lastPart = ({ path }: Received): string => path.split('/').at(-1) ?? ''

const missing = (id: string): Answer => ({
  status: 403,
  body: { statusCode: 403, errorCode: 'kms.missing', message: `No such KMS signature with id '${id}'.` },
})
