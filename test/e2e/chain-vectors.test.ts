import { expect } from 'chai'
import { exchangesOf, NODE_PATH, playable, withOwnId } from '../chains/flow/replay.js'
import type { RecordedExchange } from '../kit/replay-server.js'
import { bitcoinCase, ethereumCase, runDaemon, vectors } from '../kit/vector-run.js'
import type { BitcoinVector, EthereumVector } from '../kit/vector-run.js'

/** Vectors of the chains beyond BTC and ETH, through the whole daemon. What differs from the reference here is explained where the chain's own tests are. */

/** Signed otherwise, or refused, on purpose. */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  // The reference turns version 1 into 2; we sign what was asked for.
  BCH: ['onchain-version1-becomes-2'],
  // The reference signs a gas price of zero, which no node takes; we ask the node for one.
  XDC: ['contract-deploy-zero-gasprice'],
}

/** Polygon's gas station is a host of its own: the recording is moved below the replay server. */
const GAS_STATION = 'https://gasstation.polygon.technology'
const gasStation = (chain: string): object =>
  chain === 'MATIC' ? { env: (url: string) => ({ KEYWARD_MATIC_GAS_STATION_URL: `${url}/gas` }) } : {}
const belowReplay = (http: readonly RecordedExchange[]): RecordedExchange[] =>
  http.map((exchange) =>
    exchange.url.startsWith(GAS_STATION) ? { ...exchange, url: '{TATUM_API_URL}/gas' } : exchange,
  )

/** TRON transactions name the moment they expire: the node's clock stands just before it, as it did when they were recorded. */
const TRON_CLOCK: readonly RecordedExchange[] = [
  { method: 'GET', url: '{TATUM_API_URL}/v3/tron/info', response: { status: 200, body: { hash: 'ab'.repeat(32) } } },
  {
    method: 'GET',
    url: `{TATUM_API_URL}/v3/tron/block/${'ab'.repeat(32)}`,
    response: { status: 200, body: { timestamp: 1767225630000 } },
  },
]

describe('vectors of the chains like Bitcoin, through the daemon', () => {
  for (const chain of ['LTC', 'DOGE', 'BCH']) {
    for (const vector of vectors(chain.toLowerCase())['signing'] as BitcoinVector[]) {
      if (DIFFERENT[chain]?.includes(vector.name)) continue
      it(`${chain}: broadcasts the bytes of ${vector.name}`, async () => {
        const { result, broadcasts } = await runDaemon(bitcoinCase(vector, chain))
        const { path, body } = vector.expected.request ?? {}
        expect(broadcasts, result.stdout).to.deep.equal([{ path, body }])
        expect(result.exitCode, result.stderr).to.equal(0)
      })
    }
  }
})

describe('vectors of the chains like Ethereum, through the daemon', () => {
  for (const chain of ['BSC', 'MATIC', 'ONE', 'XDC', 'KCS']) {
    for (const vector of vectors(chain.toLowerCase())['signing'] as EthereumVector[]) {
      if (DIFFERENT[chain]?.includes(vector.name)) continue
      it(`${chain}: broadcasts the bytes of ${vector.name}`, async () => {
        const { result, broadcasts } = await runDaemon({
          ...ethereumCase({ ...vector, http: belowReplay(vector.http) }, chain),
          ...gasStation(chain),
        })
        const path = vector.broadcast?.url.replace('{TATUM_API_URL}', '')
        expect(broadcasts, result.stdout).to.deep.equal([{ path, body: vector.broadcast?.body }])
        expect(result.exitCode, result.stderr).to.equal(0)
      })
    }
  }
})

interface AccountVector {
  id: string
  testnet: boolean
  quirk?: boolean
  storedWallets: object
  pendingTransaction: { id: string }
  broadcast: { path: string; body: unknown }
}

describe('vectors of chains with accounts of their own, through the daemon', () => {
  for (const chain of ['XRP', 'XLM', 'TRON']) {
    for (const vector of vectors(chain.toLowerCase())['signing'] as AccountVector[]) {
      if (vector.quirk === true || DIFFERENT[chain]?.includes(vector.id)) continue
      it(`${chain}: broadcasts the bytes of ${vector.id}`, async () => {
        const { testnet, storedWallets: store, pendingTransaction: pending } = vector
        const { result, broadcasts } = await runDaemon({
          name: vector.id,
          testnet,
          chain,
          store,
          pending,
          http: chain === 'TRON' ? TRON_CLOCK : [],
        })
        expect(broadcasts, result.stdout).to.deep.equal([{ path: vector.broadcast.path, body: vector.broadcast.body }])
        expect(result.exitCode, result.stderr).to.equal(0)
      })
    }
  }
})

describe('vectors of Flow, through the daemon', () => {
  for (const vector of playable) {
    it(`FLOW: has ${vector.id} executed, gives the borrowed key back and tells the API the id`, async () => {
      const { id: name, testnet, storedWallets: store, pendingTransaction: pending } = vector
      const { result, broadcasts } = await runDaemon({
        name,
        testnet,
        chain: 'FLOW',
        store,
        pending,
        http: exchangesOf(vector),
        env: (url) => ({ KEYWARD_FLOW_NODE_URL: url + NODE_PATH }),
      })
      const expected = vector.broadcasts.map(({ path, body }) => ({ path, body }))
      expect(broadcasts, result.stdout).to.deep.equal(withOwnId(vector, expected))
      expect(result.exitCode, result.stderr).to.equal(0)
    })
  }
})

interface NodeVector extends BitcoinVector {
  nodeCalls: { method: string; path: string; request: unknown; response?: unknown }[]
}

/** Only what we ask for is there to be answered, and only if it is asked in these words. */
const nodeAnswers = (calls: NodeVector['nodeCalls']): RecordedExchange[] =>
  calls
    .filter(({ path }) => /\/(preprocess|metadata|payloads)$/.test(path))
    .map(({ method, path, request, response }) => ({
      method,
      url: `{TATUM_API_URL}${path.replace('{apiKey}', 'stub-api-key')}`,
      body: request,
      response: { status: 200, body: response },
    }))

describe('vectors of Cardano, through the daemon', () => {
  for (const vector of vectors('ada')['signing'] as NodeVector[]) {
    it(`ADA: broadcasts the bytes of ${vector.name}`, async () => {
      const { result, broadcasts } = await runDaemon({ ...vector, chain: 'ADA', http: nodeAnswers(vector.nodeCalls) })
      const { path, body } = vector.expected.request ?? {}
      expect(broadcasts, result.stdout).to.deep.equal([{ path, body }])
      expect(result.exitCode, result.stderr).to.equal(0)
    })
  }

  it('ADA: reports a transaction that the node made otherwise than it was requested, and broadcasts nothing', async () => {
    const [vector, other] = vectors('ada')['signing'] as unknown as [NodeVector, NodeVector]
    const payloadsOf = ({ nodeCalls }: NodeVector) => nodeCalls.find(({ path }) => path.endsWith('/payloads'))?.response
    const nodeCalls = vector.nodeCalls.map((call) =>
      call.path.endsWith('/payloads') ? { ...call, response: payloadsOf(other) } : call,
    )
    const { broadcasts, reports } = await runDaemon({ ...vector, chain: 'ADA', http: nodeAnswers(nodeCalls) })
    expect(broadcasts).to.deep.equal([])
    expect(reports).to.have.lengthOf(1)
    expect(reports[0]?.error).to.include('the API supplied another transaction than the requested one')
  })
})
