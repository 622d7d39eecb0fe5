import { expect } from 'chai'
import { PendingBodies } from '../../src/tatum/pending-list.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import { API_KEY, ETH, failure, makeClient, pendingId, signatureId } from './client-kit.js'
import type { ClientUnderTest } from './client-kit.js'

const WEB3 = '/v3/ethereum/web3/{apiKey}'

describe('calling the Tatum API', () => {
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

  describe('look-ups', () => {
    it('send the key and the test network, and give the parsed answer', async () => {
      tatum.network.setNonce('0xAbC', 7)
      expect(await client.api.get('/v3/ethereum/transaction/count/0xabc')).to.equal(7)
      const [call] = tatum.calls('lookup')
      expect(call?.headers).to.include({ 'x-api-key': API_KEY, 'x-testnet-type': 'ethereum-sepolia' })
    })

    it('tell "not found" by status and code', async () => {
      const btc = await failure(client.api.get('/v3/bitcoin/transaction/ab'))
      expect(btc.code).to.equal('API_REFUSED')
      expect(btc.context).to.include({ status: 403, errorCode: 'tx.missing' })
      const eth = await failure(client.api.get('/v3/ethereum/transaction/0xab'))
      expect(eth.code).to.equal('API_REFUSED')
      expect(eth.context).to.include({ status: 404, errorCode: 'tx.not.found' })
    })

    it('never take the answer of a proxy for "not found"', async () => {
      for (const [answer, code] of [
        [{ status: 404, body: '<html>Not Found</html>' }, 'API_REPLY_MALFORMED'],
        [{ status: 404 }, 'API_REPLY_MALFORMED'],
        [{ status: 404, body: [] }, 'API_REPLY_MALFORMED'],
        [{ status: 403, body: 'You have used up all your credits.' }, 'API_THROTTLED'],
        [{ status: 302, headers: { location: '/' }, body: {} }, 'API_REPLY_MALFORMED'],
      ] as const) {
        tatum.override = () => answer
        expect((await failure(client.api.get('/v3/bitcoin/transaction/ab'))).code).to.equal(code)
      }
    })

    it('refuse an answer that is nested so deeply that whoever reads it would run out of stack', async () => {
      const nested = (depth: number): string =>
        `{"memo":"[[{\\"[${'['.repeat(300)}","list":${'['.repeat(depth)}${']'.repeat(depth)}}`
      tatum.override = () => ({ body: nested(199) })
      expect(await client.api.get('/v3/ethereum/block/current')).to.have.property('list')
      for (const depth of [200, 8000]) {
        tatum.override = () => ({ body: nested(depth) })
        expect((await failure(client.api.get('/v3/ethereum/block/current'))).code).to.equal('API_REPLY_MALFORMED')
      }
    })

    it('follow no redirect, not even to the same host', async () => {
      tatum.override = ({ path }) =>
        path === '/elsewhere' ? { body: 1 } : { status: 307, headers: { location: '/elsewhere' } }
      await failure(client.api.get('/v3/ethereum/block/current'))
      expect(tatum.calls().map(({ path }) => path)).to.deep.equal(['/v3/ethereum/block/current'])
    })

    it('have the star that VeChain nodes want in a path', async () => {
      tatum.override = () => ({ body: [] })
      expect(await client.api.post('/accounts/*?revision=best', {})).to.deep.equal([])
      expect(tatum.calls()[0]).to.include({ path: '/accounts/*' })
    })

    for (const path of [
      'v3/x',
      '',
      '//evil.example/x',
      '/v3/../../admin',
      '/v3/%2e%2e/admin',
      '/v3/a%2Fb',
      '/v3/a b',
      '/v3/a#b',
      '/v3/a\r\nx: y',
      '/v3/a\\b',
      '/v3/ä',
    ]) {
      it(`do not leave for the path ${JSON.stringify(path)}`, async () => {
        expect((await failure(client.api.get(path))).code).to.equal('TRANSACTION_MALFORMED')
        expect(tatum.calls()).to.be.empty
      })
    }
  })

  describe('JSON-RPC', () => {
    it('fills the encoded key into the path and gives the result', async () => {
      expect(await client.api.rpc(WEB3, 'eth_chainId', [])).to.equal('0xaa36a7')
      const [call] = tatum.calls('rpc')
      expect(call?.target).to.equal(`/v3/ethereum/web3/${encodeURIComponent(API_KEY)}`)
      expect(call?.headers).to.include({ 'x-api-key': API_KEY, 'x-testnet-type': 'ethereum-sepolia' })
      expect(JSON.parse(call?.body ?? '')).to.deep.equal({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
    })

    it('gives a result of null, which is an answer', async () => {
      expect(await client.api.rpc(WEB3, 'eth_getTransactionReceipt', ['0xab'])).to.equal(null)
    })

    it("fails with the node's words for an error", async () => {
      const error = await failure(client.api.rpc(WEB3, 'eth_magic', []))
      expect(error.code).to.equal('API_REFUSED')
      expect(error.message).to.equal(
        'the node refused POST eth_magic to /v3/ethereum/web3/{apiKey}: the method eth_magic does not exist/is not available',
      )
      expect(error.context).to.include({ rpcCode: -32601, path: WEB3 })
    })

    it('refuses what is no answer to this request', async () => {
      for (const body of [[], 'text', 7, null, {}, { id: 99, result: '0x1' }, { id: { a: 1 }, result: '0x1' }]) {
        tatum.override = () => ({ body: JSON.stringify(body) })
        expect((await failure(client.api.rpc(WEB3, 'eth_chainId', []))).code).to.equal('API_REPLY_MALFORMED')
      }
    })

    it('takes an answer without an id, as some gateways send it', async () => {
      tatum.override = () => ({ body: { jsonrpc: '2.0', result: '0x1' } })
      expect(await client.api.rpc(WEB3, 'eth_chainId', [])).to.equal('0x1')
    })
  })

  describe('the state of a pending transaction', () => {
    beforeEach(() => tatum.add({ id: pendingId(1), chain: 'ETH', hashes: [signatureId(1)] }))

    it('is open, done with its transaction id, or missing', async () => {
      expect(await client.api.status(pendingId(1))).to.deep.equal({ state: 'open' })
      await client.api.complete(pendingId(1), '0xabc')
      expect(await client.api.status(pendingId(1))).to.deep.equal({ state: 'done', txId: '0xabc' })
      expect(await client.api.status(pendingId(2))).to.deep.equal({ state: 'missing' })
    })

    it('is missing for a 404 of the API, and unknown for one of a proxy', async () => {
      tatum.override = () => ({ status: 404, body: { statusCode: 404, message: 'Not found' } })
      expect(await client.api.status(pendingId(1))).to.deep.equal({ state: 'missing' })
      tatum.override = () => ({ status: 404, body: 'Not found' })
      expect((await failure(client.api.status(pendingId(1)))).code).to.equal('API_REPLY_MALFORMED')
    })

    it('is not read from another 403', async () => {
      tatum.override = () => ({ status: 403, body: { errorCode: 'something.else', message: 'no' } })
      expect((await failure(client.api.status(pendingId(1)))).code).to.equal('API_REFUSED')
    })

    it('counts an empty transaction id as open', async () => {
      for (const txId of ['', null]) {
        tatum.override = () => ({ body: { id: pendingId(1), txId } })
        expect(await client.api.status(pendingId(1))).to.deep.equal({ state: 'open' })
      }
    })

    it('is not believed when the answer is about another one, or is none', async () => {
      for (const body of [{ id: pendingId(2), txId: '0x1' }, [], 'done', { txId: 7 }, { txId: 'a\nb' }, null]) {
        tatum.override = () => ({ body: JSON.stringify(body) })
        expect((await failure(client.api.status(pendingId(1)))).code).to.equal('API_REPLY_MALFORMED')
      }
    })
  })

  describe('marking as done', () => {
    it('is a PUT that may be repeated', async () => {
      tatum.add({ id: pendingId(1), chain: 'ETH', hashes: [] })
      tatum.fail('complete', { kind: 'reset', times: 1 })
      await client.api.complete(pendingId(1), '0xabc')
      await client.api.complete(pendingId(1), '0xabc')
      expect(tatum.calls('complete').map(({ method, target }) => `${method} ${target}`)).to.deep.equal(
        Array.from({ length: 3 }, () => `PUT /v3/kms/${pendingId(1)}/0xabc`),
      )
      expect(tatum.doneAs(pendingId(1))).to.equal('0xabc')
    })

    it('encodes an id that is not plain, and lets none lead elsewhere', async () => {
      tatum.add({ id: pendingId(1), chain: 'ETH', hashes: [] })
      await client.api.complete(pendingId(1), 'a+b=')
      expect(tatum.doneAs(pendingId(1))).to.equal('a+b=')
      for (const txId of ['../../x', '..', 'a/b']) {
        expect((await failure(client.api.complete(pendingId(1), txId))).code).to.equal('TRANSACTION_MALFORMED')
      }
    })

    it('fails as refused for a transaction the API does not know', async () => {
      const error = await failure(client.api.complete(pendingId(7), '0xabc'))
      expect(error.code).to.equal('API_REFUSED')
      expect(error.context).to.include({ errorCode: 'kms.missing' })
    })
  })

  describe('reporting failures', () => {
    it('sends them in batches of 500, in order', async () => {
      const failures = Array.from({ length: 1001 }, (_, index) => ({
        pendingId: pendingId(index),
        error: `no ${index}`,
      }))
      await client.api.reportFailures(failures)
      expect(tatum.calls('report')).to.have.length(3)
      expect(tatum.reports).to.deep.equal(failures.map(({ pendingId: id, error }) => ({ signatureId: id, error })))
    })

    it('sends nothing for no failures', async () => {
      await client.api.reportFailures([])
      expect(tatum.calls()).to.be.empty
    })
  })

  describe('connections', () => {
    it('are kept and reused', async () => {
      for (let round = 0; round < 20; round += 1) await client.api.get('/v3/blockchain/fee/ETH')
      // A socket rests for one turn of the event loop after an answer, so a caller without pause alternates between two.
      expect(tatum.connections).to.be.at.most(2)
    })

    it('are never more than configured, however many calls run', async () => {
      tatum.fail('lookup', { kind: 'slow', delayMs: 1 })
      await Promise.all(Array.from({ length: 100 }, () => client.api.get('/v3/blockchain/fee/ETH')))
      expect(tatum.calls('lookup')).to.have.length(100)
      expect(tatum.connections).to.equal(4)
    })

    it('are replaced when the server ends them', async () => {
      await client.api.get('/v3/blockchain/fee/ETH')
      const before = tatum.connections
      tatum.fail('lookup', { kind: 'reset', times: 8 })
      const many = makeClient(tatum.url, { retries: 8, retryDelayMs: 1 })
      await many.api.get('/v3/blockchain/fee/ETH')
      expect(tatum.connections).to.equal(before + 9)
      await many.api.close()
    })

    it('end when the client is closed, running calls too', async () => {
      tatum.fail('lookup', 'hang')
      const running = failure(client.api.get('/v3/blockchain/fee/ETH'))
      while (tatum.calls('lookup').length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      await client.api.close()
      await client.api.close()
      expect((await running).code).to.equal('INTERRUPTED')
      expect((await failure(client.api.get('/v3/blockchain/fee/ETH'))).code).to.equal('INTERRUPTED')
      expect((await failure(client.api.rpc(WEB3, 'eth_chainId', []))).code).to.equal('INTERRUPTED')
      expect(tatum.openConnections).to.equal(0)
    })

    it('need not exist for the client to be closed', async () => {
      await makeClient(tatum.url).api.close()
      expect(tatum.connections).to.equal(0)
    })
  })

  it('makes the body of an unchanged list of wallets once', () => {
    const bodies = new PendingBodies()
    const ids = [signatureId(1), signatureId(2)]
    const first = bodies.of(ETH, ids)
    expect(bodies.of(ETH, [...ids])).to.equal(first)
    expect(bodies.of(ETH, [signatureId(2), signatureId(1)])).not.to.equal(first)
  })
})
