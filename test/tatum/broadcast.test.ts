import { expect } from 'chai'
import { chainCodeSchema } from '../../src/core/ids.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import type { FaultKind } from '../kit/fake-tatum.js'
import { LoopbackServer } from '../kit/loopback-server.js'
import type { Answer } from '../kit/loopback-server.js'
import { API_KEY, BTC, ETH, makeClient, pendingId, signatureId } from './client-kit.js'
import type { ClientUnderTest } from './client-kit.js'

const LTC = chainCodeSchema.parse('LTC')
const onChain = { chain: ETH, apiPath: 'ethereum', pendingId: pendingId(1), raw: '0x01' }
const offChain = { chain: BTC, apiPath: 'bitcoin', pendingId: pendingId(1), raw: 'beef', withdrawalId: 'a'.repeat(24) }
const WORDS = { statusCode: 403, errorCode: 'ethereum.broadcast.failed', message: 'Unable to broadcast.' }

describe('broadcasting through the Tatum API', () => {
  let tatum: FakeTatum
  let client: ClientUnderTest

  beforeEach(async () => {
    tatum = await FakeTatum.start({ apiKey: API_KEY })
    tatum.add({ id: pendingId(1), chain: 'ETH', hashes: [signatureId(1)] })
    client = makeClient(tatum.url, { deadlineMs: 5_000 })
  })

  afterEach(async () => {
    await client.api.close()
    await tatum.close()
  })

  const answering = (answer: Answer): void => {
    tatum.override = () => answer
  }

  it('sends raw bytes and pending id, with the test network', async () => {
    const reply = await client.api.broadcast(onChain)
    expect(reply).to.deep.include({ outcome: 'accepted', completed: true })
    const [call] = tatum.calls('broadcast')
    expect(call?.target).to.equal('/v3/ethereum/broadcast')
    expect(call?.headers).to.include({ 'x-api-key': API_KEY, 'x-testnet-type': 'ethereum-sepolia' })
    expect(JSON.parse(call?.body ?? '')).to.deep.equal({ txData: '0x01', signatureId: pendingId(1) })
  })

  it('sends them to the path that was configured for the chain, and other chains to theirs', async () => {
    const server = await LoopbackServer.start(() => ({ body: { txId: 'ab' } }))
    const moved = makeClient(server.url, { broadcastPaths: { ETH: '/v4/somewhere/else', BTC: '/v4/not/here' } })
    expect(await moved.api.broadcast(onChain)).to.deep.include({ outcome: 'accepted' })
    await moved.api.broadcast({ ...onChain, chain: LTC, apiPath: 'litecoin' })
    await moved.api.broadcast(offChain)
    await moved.api.close()
    await server.close()
    expect(server.requests.map(({ target }) => target)).to.deep.equal([
      '/v4/somewhere/else',
      '/v3/litecoin/broadcast',
      '/v3/offchain/withdrawal/broadcast',
    ])
  })

  it('sends a withdrawal to the off-chain broadcast', async () => {
    const reply = await client.api.broadcast(offChain)
    expect(reply).to.deep.include({ outcome: 'accepted', completed: true })
    const [call] = tatum.calls('broadcast')
    expect(call?.target).to.equal('/v3/offchain/withdrawal/broadcast')
    expect(call?.headers).to.include({ 'x-testnet-type': 'ethereum-sepolia' })
    expect(JSON.parse(call?.body ?? '')).to.deep.equal({
      currency: 'BTC',
      signatureId: pendingId(1),
      withdrawalId: 'a'.repeat(24),
      txData: 'beef',
    })
  })

  it('tells a broadcast that was not marked as done from one that was', async () => {
    tatum.fail('broadcast', 'failed-flag')
    expect(await client.api.broadcast(onChain)).to.deep.include({ outcome: 'accepted', completed: false })
  })

  for (const [body, completed] of [
    [{ txId: 'ab', completed: true }, true],
    [{ txId: 'ab', completed: false }, false],
    [{ txId: 'ab' }, false],
    [{ txId: 'ab', completed: true, failed: true }, false],
  ] as const) {
    it(`reads off chain ${JSON.stringify(body)} as ${completed ? '' : 'not '}completed`, async () => {
      answering({ body })
      expect(await client.api.broadcast(offChain)).to.deep.equal({ outcome: 'accepted', txId: 'ab', completed })
    })
  }

  for (const [why, answer] of Object.entries<Answer>({
    'no body': {},
    'no transaction id': { body: {} },
    'an empty id': { body: { txId: '' } },
    'an id that is no text': { body: { txId: 7 } },
    'an id with a line break': { body: { txId: 'ab\ncd' } },
    'an endless id': { body: { txId: 'a'.repeat(500) } },
    'a list': { body: [{ txId: 'ab' }] },
    'a web page': { body: '<html>ok</html>' },
    'broken JSON': { body: '{"txId":"ab"' },
    '204': { status: 204 },
  })) {
    it(`calls a 2xx with ${why} unknown`, async () => {
      answering({ status: 200, ...answer })
      expect((await client.api.broadcast(onChain)).outcome).to.equal('unknown')
    })
  }

  for (const status of [400, 403, 404, 422]) {
    it(`calls ${status} with the API's error code refused`, async () => {
      answering({ status, body: WORDS })
      const reply = await client.api.broadcast(onChain)
      expect(reply).to.deep.equal({
        outcome: 'refused',
        message: 'ethereum.broadcast.failed: Unable to broadcast.',
      })
    })
  }

  for (const status of [301, 302, 307, 401, 402, 407, 408, 409, 421, 425, 429, 500, 502, 503, 504, 599]) {
    it(`calls ${status} unknown even with an error code: it need not be about these bytes`, async () => {
      answering({ status, body: WORDS, headers: { location: '/elsewhere' } })
      expect((await client.api.broadcast(onChain)).outcome).to.equal('unknown')
      expect(tatum.calls()).to.have.length(1)
    })
  }

  for (const [why, answer] of Object.entries<Answer>({
    'a used-up plan': { status: 403, body: 'You have used up all your credits.' },
    'a firewall': { status: 403, body: '<html>Forbidden</html>' },
    'a gateway': { status: 403, body: { message: 'Forbidden' } },
    'a gateway without a route': { status: 404, body: { message: 'no Route matched with those values' } },
    'an ended subscription': { status: 403, body: { errorCode: 'subscription.not.active', message: 'ended' } },
    'a key bound to an address': { status: 403, body: { errorCode: 'ip-address-key.unauthorized' } },
    'an empty 400': { status: 400 },
    'a list': { status: 400, body: [WORDS] },
  })) {
    it(`calls the answer of ${why} unknown`, async () => {
      answering(answer)
      expect((await client.api.broadcast(onChain)).outcome).to.equal('unknown')
    })
  }

  it("passes on the node's words wherever they nest, and nothing of the request", async () => {
    const body = { ...WORDS, cause: { data: { error: { code: -32000, message: 'nonce too low' } } } }
    answering({ status: 403, body })
    expect(await client.api.broadcast(onChain)).to.deep.include({
      message: 'ethereum.broadcast.failed: Unable to broadcast.; nonce too low',
    })
    const data = [
      { target: onChain, value: '0xSECRETVALUE', property: 'txData', constraints: { length: 'txData is too long' } },
    ]
    answering({ status: 400, body: { errorCode: 'validation.failed', message: 'Request validation failed.', data } })
    expect(await client.api.broadcast(onChain)).to.deep.include({
      message: 'validation.failed: Request validation failed.; txData is too long',
    })
  })

  it('makes remote words fit for a log line', async () => {
    answering({ status: 403, body: { ...WORDS, message: `line\u001b[31m one\r\n\u202eline two ${'x'.repeat(5000)}` } })
    const { outcome, message } = (await client.api.broadcast(onChain)) as { outcome: string; message: string }
    expect(outcome).to.equal('refused')
    expect(message).to.match(/^ethereum\.broadcast\.failed: line \[31m one line two x+…$/)
    expect(message.length).to.be.below(300)
  })

  for (const kind of [
    'reset',
    'half',
    'malformed',
    'html',
    'accept-then-reset',
    'accept-then-half',
    'accept-then-500',
  ] satisfies FaultKind[]) {
    it(`calls the outcome unknown after ${kind}, and sends once`, async () => {
      tatum.fail('broadcast', kind)
      expect((await client.api.broadcast(onChain)).outcome).to.equal('unknown')
      expect(tatum.calls('broadcast')).to.have.length(1)
    })
  }

  for (const kind of ['hang', 'accept-then-hang', 'drip'] satisfies FaultKind[]) {
    it(`gives up on ${kind} at its deadline, outcome unknown, sent once`, async () => {
      const hasty = makeClient(tatum.url, { deadlineMs: 150 })
      tatum.fail('broadcast', kind)
      const reply = await hasty.api.broadcast(onChain)
      expect(reply).to.deep.equal({ outcome: 'unknown', message: 'no whole answer to the broadcast (deadline)' })
      expect(tatum.calls('broadcast')).to.have.length(1)
      await hasty.api.close()
    })
  }

  it('is unknown, not thrown, when the daemon stops in the middle', async () => {
    tatum.fail('broadcast', 'hang')
    const stopping = new AbortController()
    const reply = client.api.broadcast(onChain, stopping.signal)
    while (tatum.calls('broadcast').length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    stopping.abort()
    expect(await reply).to.deep.equal({ outcome: 'unknown', message: 'no whole answer to the broadcast (interrupted)' })
  })

  it('sends nothing when the daemon has stopped already', async () => {
    const reply = await client.api.broadcast(onChain, AbortSignal.abort())
    expect(reply).to.deep.equal({ outcome: 'unknown', message: 'the broadcast did not leave (interrupted)' })
    expect(tatum.calls()).to.be.empty
  })

  it('does not send a broadcast that gave up while it waited for a connection', async () => {
    const narrow = makeClient(tatum.url, { connections: 1, deadlineMs: 5_000 })
    tatum.fail('broadcast', { kind: 'hang', only: 'first' })
    const first = new AbortController()
    const second = new AbortController()
    const firstReply = narrow.api.broadcast({ ...onChain, raw: 'first' }, first.signal)
    const secondReply = narrow.api.broadcast({ ...onChain, raw: 'second' }, second.signal)
    while (tatum.calls('broadcast').length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    second.abort()
    expect(await secondReply).to.deep.equal({
      outcome: 'unknown',
      message: 'the broadcast did not leave (interrupted)',
    })
    first.abort()
    await firstReply
    expect(await narrow.api.broadcast({ ...onChain, raw: 'third' })).to.have.property('outcome', 'accepted')
    expect(tatum.calls('broadcast').map(({ body }) => (JSON.parse(body) as { txData: string }).txData)).to.deep.equal([
      'first',
      'third',
    ])
    await narrow.api.close()
  })

  it('tries again while nobody listens, because nothing has left; then says so', async () => {
    const server = await LoopbackServer.start(() => ({}))
    await server.close()
    const lonely = makeClient(server.url)
    const reply = await lonely.api.broadcast(onChain)
    expect(reply).to.deep.equal({ outcome: 'unknown', message: 'the broadcast did not leave (ECONNREFUSED)' })
    expect(lonely.clock.sleeps).to.deep.equal([50, 100, 200])
    await lonely.api.close()
  })
})
