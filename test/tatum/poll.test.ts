import { expect } from 'chai'
import { FakeTatum } from '../kit/fake-tatum.js'
import { API_KEY, BTC, ETH, failure, makeClient, pendingId, signatureId } from './client-kit.js'
import type { ClientUnderTest } from './client-kit.js'

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const item = (number: number, wallets: readonly number[], chain = 'ETH') => ({
  id: pendingId(number),
  chain,
  hashes: wallets.map(signatureId),
  serializedTransaction: '{}',
})

describe('polling the Tatum API', () => {
  let tatum: FakeTatum
  let client: ClientUnderTest

  beforeEach(async () => {
    tatum = await FakeTatum.start({ apiKey: API_KEY })
    client = makeClient(tatum.url)
  })

  afterEach(async () => {
    await client.api.close()
    await tatum.close()
  })

  it('asks for the transactions of the given wallets on one chain', async () => {
    tatum.add(item(1, [1]), item(2, [2]), item(3, [3]), item(4, [1], 'BTC'))
    const found = await client.api.pending(ETH, [signatureId(1), signatureId(3)])
    expect(found).to.deep.equal([item(1, [1]), item(3, [3])])
  })

  it('sends the headers of the protocol, and names itself', async () => {
    await client.api.pending(ETH, [signatureId(1)])
    const [call] = tatum.calls('pending')
    expect(call?.method).to.equal('POST')
    expect(call?.target).to.equal('/v3/kms/pending/ETH')
    expect(call?.headers).to.include({
      'x-api-key': API_KEY,
      'x-ttm-kms-client-version': '8.0.1',
      'user-agent': 'keyward/1.2.3',
      'content-type': 'application/json',
    })
    expect(call?.headers).not.to.have.property('x-testnet-type')
    expect(JSON.parse(call?.body ?? '')).to.deep.equal({ signatureIds: [signatureId(1)] })
  })

  it('keeps a path in the base address as a prefix', async () => {
    const prefixed = makeClient(`${tatum.url}/proxy/tatum/`)
    tatum.override = ({ target }) => ({ body: [target] })
    expect(await prefixed.api.pending(ETH, [signatureId(1)])).to.deep.equal(['/proxy/tatum/v3/kms/pending/ETH'])
    await prefixed.api.close()
  })

  it('asks nothing for no wallets', async () => {
    expect(await client.api.pending(ETH, [])).to.deep.equal([])
    expect(tatum.calls()).to.be.empty
  })

  it('puts 25,000 wallets into one request', async () => {
    await client.api.pending(ETH, range(25_000).map(signatureId))
    expect(tatum.calls('pending')).to.have.length(1)
  })

  it('splits more than 25,000 wallets and joins the answers, naming a transaction of two parts once', async () => {
    const ids = range(50_001).map(signatureId)
    tatum.add(item(1, [0]), item(2, [25_000]), item(3, [50_000]), item(4, [24_999, 50_000]))
    const found = await client.api.pending(ETH, ids)
    const sizes = tatum
      .calls('pending')
      .map(({ body }) => (JSON.parse(body) as { signatureIds: string[] }).signatureIds)
    expect(sizes.map(({ length }) => length)).to.deep.equal([25_000, 25_000, 1])
    expect(sizes.flat()).to.deep.equal(ids)
    expect(found).to.have.deep.members([item(1, [0]), item(2, [25_000]), item(3, [50_000]), item(4, [24_999, 50_000])])
  })

  it('hands over malformed items as they are, so that one hides no other', async () => {
    tatum.add(item(1, [1]))
    tatum.fail('pending', 'null-items')
    const found = await client.api.pending(ETH, [signatureId(1)])
    expect(found).to.deep.equal([null, 'junk', 7, { chain: 'ETH' }, { id: 'not an id' }, item(1, [1])])
  })

  it('keeps items without a usable id when it joins answers', async () => {
    tatum.fail('pending', 'null-items')
    const found = await client.api.pending(ETH, range(25_001).map(signatureId))
    expect(found).to.have.length(10)
  })

  it('follows a list of wallets that changes, chain by chain', async () => {
    const list = [signatureId(1), signatureId(2)]
    await client.api.pending(ETH, list)
    await client.api.pending(BTC, [signatureId(9)])
    await client.api.pending(ETH, [...list])
    await client.api.pending(ETH, [signatureId(1), signatureId(3)])
    list.push(signatureId(4))
    await client.api.pending(ETH, list)
    const asked = tatum
      .calls('pending')
      .map(({ body }) => (JSON.parse(body) as { signatureIds: string[] }).signatureIds)
    const numbers = asked.map((ids) => ids.map((id) => Number.parseInt(id.slice(-12), 16)))
    expect(numbers).to.deep.equal([[1, 2], [9], [1, 2], [1, 3], [1, 2, 4]])
  })

  for (const kind of ['object', 'malformed', 'html', 'empty'] as const) {
    it(`calls an answer that is ${kind} malformed, and does not ask again for the same`, async () => {
      tatum.fail('pending', kind)
      const error = await failure(client.api.pending(ETH, [signatureId(1)]))
      expect(error.code).to.equal('API_REPLY_MALFORMED')
      expect(error.context).to.include({ path: '/v3/kms/pending/ETH', status: 200 })
      expect(tatum.calls('pending')).to.have.length(1)
    })
  }

  describe('news of a newer client', () => {
    const newer = (): unknown[] => client.lines.filter(({ event }) => event === 'api.newer-version')

    it('is logged once an hour at most', async () => {
      tatum.latestVersion = '9.0.0;WARN;please update'
      await client.api.pending(ETH, [signatureId(1)])
      await client.api.pending(ETH, [signatureId(1)])
      expect(newer()).to.deep.equal([
        {
          level: 'warn',
          event: 'api.newer-version',
          fields: { latest: '9.0.0', current: '8.0.1', level: 'WARN', message: 'please update' },
        },
      ])
      client.clock.time += 3_600_000
      await client.api.pending(ETH, [signatureId(1)])
      expect(newer()).to.have.length(2)
    })

    it('is an error line when the API says so, without control characters', async () => {
      tatum.latestVersion = 'v8.1.0;error;stop;\tusing it'
      await client.api.pending(ETH, [signatureId(1)])
      expect(newer()).to.have.nested.property('[0].level', 'error')
      expect(newer()).to.have.nested.property('[0].fields.message', 'stop; using it')
    })

    for (const header of ['8.0.1;WARN;same', '7.9.9;WARN;older', '9.0.0;WARN;', '9.0.0', 'junk;WARN;text', ';;']) {
      it(`is nothing in "${header}"`, async () => {
        tatum.latestVersion = header
        await client.api.pending(ETH, [signatureId(1)])
        expect(newer()).to.be.empty
      })
    }
  })
})
