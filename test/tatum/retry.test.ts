import { expect } from 'chai'
import fc from 'fast-check'
import { retryAfterMs } from '../../src/tatum/retry.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import { LoopbackServer } from '../kit/loopback-server.js'
import { API_KEY, ETH, failure, makeClient, pendingId, signatureId } from './client-kit.js'
import type { ClientUnderTest } from './client-kit.js'

const LOOKUP = '/v3/blockchain/fee/ETH'

describe('repeating calls to the Tatum API', () => {
  let tatum: FakeTatum
  let client: ClientUnderTest

  beforeEach(async () => {
    tatum = await FakeTatum.start({ apiKey: API_KEY })
    tatum.add({ id: pendingId(1), chain: 'ETH', hashes: [signatureId(1)] })
    client = makeClient(tatum.url)
  })

  afterEach(async () => {
    await client.api.close()
    await tatum.close()
  })

  for (const kind of [500, 502, 503, 504, 408, 425, 429, 'reset', 'half'] as const) {
    it(`gets over two answers of ${kind}`, async () => {
      tatum.fail('lookup', { kind, times: 2 })
      expect(await client.api.get(LOOKUP)).to.have.property('medium')
      expect(client.clock.sleeps).to.deep.equal([50, 100])
    })
  }

  for (const [route, call] of Object.entries<(client: ClientUnderTest) => Promise<unknown>>({
    pending: ({ api }) => api.pending(ETH, [signatureId(1)]),
    status: ({ api }) => api.status(pendingId(1)),
    complete: ({ api }) => api.complete(pendingId(1), '0xabc'),
    report: ({ api }) => api.reportFailures([{ pendingId: pendingId(1), error: 'no' }]),
    rpc: ({ api }) => api.rpc('/v3/ethereum/web3/{apiKey}', 'eth_chainId', []),
  })) {
    it(`repeats ${route}`, async () => {
      tatum.fail(route as 'pending', { kind: 503, times: 1 })
      await call(client)
      expect(tatum.calls(route as 'pending')).to.have.length(2)
    })
  }

  for (const kind of [503, 429, 'half'] as const) {
    it(`does not repeat a call to a node that sends something, after ${kind}`, async () => {
      tatum.fail('rpc', { kind, times: 1 })
      const path = '/v3/ethereum/web3/{apiKey}'
      const error = await failure(client.api.rpc(path, 'eth_chainId', [], undefined, true))
      expect(error.code).to.not.equal('API_REFUSED')
      expect(tatum.calls('rpc')).to.have.length(1)
      expect(await client.api.rpc(path, 'eth_chainId', [], undefined, true)).to.match(/^0x/)
    })
  }

  it('does not repeat a call to another host that sends something', async () => {
    const other = await LoopbackServer.start(() => ({ status: 503, body: {} }))
    await failure(client.api.external('POST', `${other.url}/send`, {}, undefined, true))
    expect(other.requests).to.have.length(1)
    await failure(client.api.external('POST', `${other.url}/ask`, {}))
    expect(other.requests.length).to.be.greaterThan(2)
    await other.close()
  })

  for (const kind of [400, 404, 'malformed', 'html', 'redirect', 'quota'] as const) {
    it(`does not repeat after ${kind}`, async () => {
      tatum.fail('lookup', kind)
      await failure(client.api.get(LOOKUP))
      expect(tatum.calls('lookup')).to.have.length(1)
      expect(client.clock.sleeps).to.be.empty
    })
  }

  it('does not repeat a call whose key is refused', async () => {
    tatum.override = () => ({ status: 401, body: { errorCode: 'subscription.invalid', message: `no ${API_KEY}` } })
    const error = await failure(client.api.get(LOOKUP))
    expect(error.code).to.equal('API_UNAUTHENTICATED')
    expect(error.context).to.include({ status: 401, errorCode: 'subscription.invalid' })
    expect(tatum.calls()).to.have.length(1)
  })

  for (const [kind, code] of [
    [500, 'API_UNREACHABLE'],
    [503, 'API_UNREACHABLE'],
    [429, 'API_THROTTLED'],
    ['reset', 'API_UNREACHABLE'],
    ['half', 'API_UNREACHABLE'],
  ] as const) {
    it(`ends with ${code} when ${kind} does not end`, async () => {
      tatum.fail('lookup', kind)
      const error = await failure(client.api.get(LOOKUP))
      expect(error.code).to.equal(code)
      expect(error.advice).to.be.a('string')
      expect(error.context).to.include({ path: LOOKUP })
      expect(tatum.calls('lookup')).to.have.length(4)
    })
  }

  it('doubles its bound, and takes a random part of it', async () => {
    const draws = [0, 0.999, 0.25]
    const jittery = makeClient(tatum.url, { retryDelayMs: 1000, random: () => draws.shift() ?? 0 })
    tatum.fail('lookup', { kind: 500, times: 3 })
    await jittery.api.get(LOOKUP)
    expect(jittery.clock.sleeps).to.deep.equal([0, 1998, 1000])
    await jittery.api.close()
  })

  it('does not repeat at all when told so', async () => {
    const once = makeClient(tatum.url, { retries: 0 })
    tatum.fail('lookup', 500)
    await failure(once.api.get(LOOKUP))
    expect(tatum.calls('lookup')).to.have.length(1)
    await once.api.close()
  })

  it('logs each repeat with facts only', async () => {
    tatum.fail('rpc', { kind: 500, times: 1 })
    await client.api.rpc('/v3/ethereum/web3/{apiKey}', 'eth_chainId', [])
    expect(client.lines).to.deep.equal([
      {
        level: 'debug',
        event: 'api.retry',
        fields: { path: '/v3/ethereum/web3/{apiKey}', attempt: 1, waitMs: 50, status: 500 },
      },
    ])
  })

  describe('Retry-After', () => {
    it('in seconds is waited for, plus jitter', async () => {
      tatum.fail('lookup', { kind: 429, times: 1, retryAfter: '3' })
      await client.api.get(LOOKUP)
      expect(client.clock.sleeps).to.deep.equal([3050])
    })

    it('as a date is waited for, plus jitter', async () => {
      tatum.fail('lookup', { kind: 503, times: 1, retryAfter: 'Thu, 01 Jan 2026 00:00:04 GMT' })
      await client.api.get(LOOKUP)
      expect(client.clock.sleeps).to.deep.equal([4050])
    })

    it('in the past means now', async () => {
      tatum.fail('lookup', { kind: 503, times: 1, retryAfter: 'Wed, 31 Dec 2025 00:00:00 GMT' })
      await client.api.get(LOOKUP)
      expect(client.clock.sleeps).to.deep.equal([50])
    })

    for (const junk of ['soon', '-1', '1.5', '2026-01-01', '1e3', '99999999999999']) {
      it(`of "${junk}" is ignored`, async () => {
        tatum.fail('lookup', { kind: 429, times: 1, retryAfter: junk })
        await client.api.get(LOOKUP)
        expect(client.clock.sleeps).to.deep.equal([50])
      })
    }

    it('beyond the deadline is not waited for: the caller learns at once how long', async () => {
      tatum.fail('lookup', { kind: 429, retryAfter: '11' })
      const error = await failure(client.api.get(LOOKUP))
      expect(error.code).to.equal('API_THROTTLED')
      expect(error.context).to.include({ status: 429, retryAfterMs: 11_000 })
      expect(client.clock.sleeps).to.be.empty
    })

    it('is a minute at most, whatever is asked', () => {
      fc.assert(
        fc.property(fc.string(), fc.integer(), (text, now) => {
          const reply = { kind: 'reply', status: 429, headers: { 'retry-after': text }, body: Buffer.alloc(0) } as const
          const wait = retryAfterMs(reply, now)
          expect(wait === undefined || (wait >= 0 && wait <= 60_000)).to.equal(true)
        }),
      )
      const century = { 'retry-after': '999999999' }
      expect(retryAfterMs({ kind: 'reply', status: 429, headers: century, body: Buffer.alloc(0) }, 0)).to.equal(60_000)
    })
  })

  describe('the deadline', () => {
    for (const kind of ['hang', 'drip'] as const) {
      it(`ends a call that meets ${kind}`, async () => {
        const hasty = makeClient(tatum.url, { deadlineMs: 150 })
        tatum.fail('lookup', kind)
        const error = await failure(hasty.api.get(LOOKUP))
        expect(error.code).to.equal('API_UNREACHABLE')
        expect(error.context).to.include({ reason: 'deadline', path: LOOKUP })
        expect(tatum.calls('lookup')).to.have.length(1)
        await hasty.api.close()
      })
    }

    it('covers all repeats together: no wait begins that would pass it', async () => {
      const patient = makeClient(tatum.url, { deadlineMs: 1_000, retries: 100, retryDelayMs: 400 })
      tatum.fail('lookup', 500)
      expect((await failure(patient.api.get(LOOKUP))).code).to.equal('API_UNREACHABLE')
      expect(patient.clock.sleeps).to.deep.equal([200, 400])
      await patient.api.close()
    })
  })

  it('stops when its caller does, also while it waits', async () => {
    const stopping = new AbortController()
    tatum.fail('lookup', 500)
    const waiting = makeClient(tatum.url, {
      clock: {
        now: () => 0,
        sleep: (_ms, signal) =>
          new Promise((resolve) => {
            signal?.addEventListener('abort', () => resolve())
            stopping.abort()
          }),
      },
    })
    expect((await failure(waiting.api.get(LOOKUP, stopping.signal))).code).to.equal('INTERRUPTED')
    expect((await failure(waiting.api.get(LOOKUP, stopping.signal))).code).to.equal('INTERRUPTED')
    expect(tatum.calls('lookup')).to.have.length(1)
    await waiting.api.close()
  })

  it('says that nobody listens', async () => {
    const server = await LoopbackServer.start(() => ({}))
    await server.close()
    const lonely = makeClient(server.url)
    const error = await failure(lonely.api.get(LOOKUP))
    expect(error.code).to.equal('API_UNREACHABLE')
    expect(error.context).to.include({ reason: 'ECONNREFUSED', sent: false })
    expect(lonely.clock.sleeps).to.have.length(3)
    await lonely.api.close()
  })

  it('does not read an answer beyond its size', async () => {
    const huge = 'x'.repeat(5 * 1024 * 1024)
    for (const answer of [{ body: `"${huge}"` }, { body: `"${huge}"`, how: 'chunked' as const }]) {
      tatum.override = () => answer
      const error = await failure(client.api.get(LOOKUP))
      expect(error.code).to.equal('API_REPLY_MALFORMED')
      expect(error.context).to.include({ reason: 'oversized' })
    }
  })

  it('reads a list of pending transactions that is larger than other answers may be', async () => {
    tatum.override = () => ({ body: ['x'.repeat(5 * 1024 * 1024)] })
    expect(await client.api.pending(ETH, [signatureId(1)])).to.have.length(1)
  })
})
