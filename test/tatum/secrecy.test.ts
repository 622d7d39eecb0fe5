import { expect } from 'chai'
import { inspect } from 'node:util'
import type { KeywardError } from '../../src/core/errors.js'
import { Secret } from '../../src/core/secret.js'
import { createTatumApi } from '../../src/tatum/index.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import type { FakeRoute, FaultKind } from '../kit/fake-tatum.js'
import { API_KEY, ETH, failure, makeClient, memoryLog, pendingId, signatureId, SleepingClock } from './client-kit.js'
import type { ClientUnderTest } from './client-kit.js'

const RPC = '/v3/ethereum/web3/{apiKey}'
const CANARIES = [API_KEY, encodeURIComponent(API_KEY), 'CANARY']

/** Everything an error may show anywhere, its causes and hidden members included. */
const shown = (error: KeywardError): string =>
  [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })].join('\n')

function expectNoKey(text: string): void {
  for (const canary of CANARIES) expect(text).not.to.include(canary)
}

describe('the API key', () => {
  let tatum: FakeTatum
  let client: ClientUnderTest

  beforeEach(async () => {
    tatum = await FakeTatum.start({ apiKey: API_KEY })
    client = makeClient(tatum.url, { retries: 1, deadlineMs: 300 })
  })

  afterEach(async () => {
    await client.api.close()
    await tatum.close()
  })

  const kinds: readonly FaultKind[] = [
    400,
    401,
    403,
    404,
    429,
    500,
    'reset',
    'half',
    'html',
    'malformed',
    'redirect',
    'quota',
    'hang',
  ]
  const calls: Partial<Record<FakeRoute, (client: ClientUnderTest) => Promise<unknown>>> = {
    pending: ({ api }) => api.pending(ETH, [signatureId(1)]),
    lookup: ({ api }) => api.get('/v3/ethereum/transaction/0xab'),
    rpc: ({ api }) => api.rpc(RPC, 'eth_chainId', []),
    status: ({ api }) => api.status(pendingId(1)),
  }

  for (const [route, call] of Object.entries(calls)) {
    it(`is in no error and no log line, however ${route} fails`, async () => {
      for (const kind of kinds) {
        tatum.heal()
        tatum.fail(route as FakeRoute, kind)
        if (route === 'status' && kind === 404) continue // That is an answer: missing.
        expectNoKey(shown(await failure(call(client))))
      }
      expectNoKey(JSON.stringify(client.lines))
      expect(client.lines).not.to.be.empty
    })
  }

  it('is taken out when the API repeats it, plain or encoded, in message, code or cause', async () => {
    const message = `bad ${API_KEY} and ${encodeURIComponent(API_KEY)}`
    const body = { errorCode: 'some.code', message, cause: message, data: [message, { reason: message }] }
    for (const status of [400, 401, 403, 404, 429, 500]) {
      tatum.override = () => ({ status, body })
      expectNoKey(shown(await failure(client.api.get('/v3/ethereum/transaction/0xab'))))
      const reply = await client.api.broadcast({
        chain: ETH,
        apiPath: 'ethereum',
        pendingId: pendingId(1),
        raw: '0x01',
      })
      expectNoKey(JSON.stringify(reply))
    }
    tatum.override = () => ({ body: { id: 99, error: { message } } })
    expectNoKey(shown(await failure(client.api.rpc(RPC, 'eth_chainId', []))))
  })

  it('is taken out before a long text is cut, so that no half of it remains', async () => {
    tatum.override = () => ({ status: 403, body: { errorCode: 'some.code', message: `${'x'.repeat(240)}${API_KEY}` } })
    expectNoKey(shown(await failure(client.api.get('/v3/ethereum/transaction/0xab'))))
  })

  it('is not sent in a failure report', async () => {
    await client.api.reportFailures([{ pendingId: pendingId(1), error: `said ${API_KEY}` }])
    expect(tatum.reports).to.deep.equal([{ signatureId: pendingId(1), error: 'said [api key]' }])
  })

  it('is in no client that somebody prints', () => {
    expectNoKey(inspect(client.api, { depth: 10, showHidden: true }))
    expectNoKey(JSON.stringify(client.api))
  })

  it('may be absent: no header is sent, and paths with a place for it fail', async () => {
    const { log } = memoryLog()
    const anonymous = createTatumApi({
      url: tatum.url,
      testnetType: 'ethereum-sepolia',
      deadlineMs: 1000,
      retries: 0,
      retryDelayMs: 1,
      connections: 1,
      clientVersion: '1.2.3',
      log,
      clock: new SleepingClock(),
    })
    expect((await failure(anonymous.get('/v3/blockchain/fee/ETH'))).code).to.equal('API_UNAUTHENTICATED')
    expect(tatum.calls()[0]?.headers).not.to.have.property('x-api-key')
    expect((await failure(anonymous.rpc(RPC, 'eth_chainId', []))).code).to.equal('API_KEY_MISSING')
    expect(tatum.calls()).to.have.length(1)
    await anonymous.close()
  })

  for (const key of ['', 'CANARY key', 'CANARY\n', 'CANARY\r\nx-evil: 1', 'CANARYä', '\u0000CANARY']) {
    it(`is refused when no header can carry it: ${JSON.stringify(key)}`, () => {
      const build = (): unknown => makeClient(tatum.url, { key: Secret.fromText(key) })
      try {
        build()
        expect.fail('it was taken')
      } catch (thrown) {
        expect(thrown).to.have.property('code', 'CONFIG_INVALID')
        expectNoKey(shown(thrown as KeywardError))
      }
    })
  }

  for (const url of [
    'api.tatum.io',
    '',
    'ftp://api.tatum.io',
    'https://user:CANARY@api.tatum.io',
    'https://CANARY@api.tatum.io',
    'https://api.tatum.io/?key=CANARY',
    'https://api.tatum.io/#CANARY',
  ]) {
    it(`does not go to the address "${url}"`, () => {
      try {
        makeClient(url)
        expect.fail('it was taken')
      } catch (thrown) {
        expect(thrown).to.have.property('code', 'CONFIG_INVALID')
        expectNoKey(shown(thrown as KeywardError))
      }
    })
  }
})
