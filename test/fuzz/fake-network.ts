import type { Chain, ChainLookups } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import type { Network } from '../../src/core/ids.js'
import { testLookups } from '../kit/lookups.js'
import type { Exchange } from './seeds.js'

interface Call {
  readonly method: string
  readonly path: string
  readonly rpc?: string
}

export interface FakeNetworkOptions {
  readonly exchanges: readonly Exchange[]
  /** Roles of hosts beside the API that are there. */
  readonly hosts: ReadonlySet<string>
  readonly signerAddress: (signer: Parameters<ChainLookups['signerAddress']>[0]) => string
  /** What an answer becomes on its way. */
  readonly damage: (answer: unknown) => unknown
}

/** Roles that have a host without being configured. */
export const hostsOf = ({ definition }: Chain, network: Network): ReadonlySet<string> =>
  new Set(
    Object.entries(definition.endpoints ?? {}).flatMap(([role, hosts]) => (hosts[network] === undefined ? [] : [role])),
  )

/** A network that answers what was recorded: the same call, or else the one that looks most like it. A call unlike all recorded ones is refused, as by the API. */
export class FakeNetwork {
  /** Time spent on damaging answers. */
  ownMs = 0
  readonly lookups: ChainLookups

  constructor(private readonly options: FakeNetworkOptions) {
    const { hosts, signerAddress } = options
    this.lookups = testLookups({
      get: (path) => this.#answer({ method: 'GET', path }),
      post: (path) => this.#answer({ method: 'POST', path }),
      endpoint: async (role, { method, path, body }) => {
        if (!hosts.has(role)) throw new KeywardError('CONFIG_INVALID', `there is no endpoint "${role}"`)
        return this.#answer({ method, path, ...rpcOf(body) })
      },
      rpc: async (path, rpc) => {
        const call = { method: 'POST', path, rpc }
        return resultOf(call, await this.#answer(call))
      },
      signerAddress: async (signer) => signerAddress(signer),
    })
  }

  async #answer(call: Call): Promise<unknown> {
    const found = nearest(this.options.exchanges, call)
    if (found === undefined || found.status >= 400) throw refused(call, { status: found?.status ?? 404 })
    const start = performance.now()
    const answer = this.options.damage(found.answer)
    this.ownMs += performance.now() - start
    return answer
  }
}

/** What the client makes of a JSON-RPC answer. */
function resultOf(call: Call, answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) throw new KeywardError('API_REPLY_MALFORMED', 'not an answer')
  if ('error' in answer) throw refused(call, { status: 200, rpcCode: -32_000 })
  if ('result' in answer) return answer.result
  throw new KeywardError('API_REPLY_MALFORMED', 'an answer without a result')
}

const rpcOf = (body: unknown): Pick<Call, 'rpc'> =>
  typeof body === 'object' && body !== null && 'method' in body && typeof body.method === 'string'
    ? { rpc: body.method }
    : {}

const refused = ({ path }: Call, context: Readonly<Record<string, number>>): KeywardError =>
  new KeywardError('API_REFUSED', `nothing at ${path.slice(0, 200)}`, { context })

function nearest(exchanges: readonly Exchange[], call: Call): Exchange | undefined {
  const same = exchanges.filter(({ method, rpc }) => method === call.method && rpc === call.rpc)
  return (
    same.find(({ path }) => path === call.path) ??
    same.find(({ path }) => withoutQuery(path) === withoutQuery(call.path)) ??
    same.find(({ path }) => shape(path) === shape(call.path)) ??
    same.find(({ path }) => shape(withoutQuery(path)) === shape(withoutQuery(call.path)))
  )
}

const withoutQuery = (path: string): string => path.replace(/\?.*$/, '')

/** A path with its ids, addresses and hashes left out: parts with a digit, and long ones. */
const shape = (path: string): string =>
  path.replace(/[^/?=&]+/g, (part) => (/^v\d$/.test(part) || (!/\d/.test(part) && part.length < 24) ? part : '*'))
