import { expect } from 'chai'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import { childKey, keyNamed, signPending } from '../../kit/bitcoin-client.js'

const WALLET = '4fa279d4-a364-4344-bd1a-c2f0edb3f545'
const OTHER = '7e2f6a58-40ab-4c65-9d0d-3d4a6d4e1f11'
const UNKNOWN = '0123456789abcdef01234567'
const TXID = 'ab'.repeat(32)
const MISSING = { status: 403, errorCode: 'kms.missing' }

describe('the KMS calls of the sandbox', () => {
  let sandbox: Sandbox
  let client: ApiClient

  before(async () => {
    sandbox = await startSandbox({ chains: ['BTC'] })
    client = new ApiClient(sandbox.url)
  })
  after(() => sandbox.close())
  beforeEach(() => sandbox.reset())

  /** A pending transaction that spends a coin of its own. */
  const ask = async (signatureId: string, index = 1): Promise<string> => {
    const txHash = await sandbox.fund('BTC', childKey(index).address, '0.001')
    const { signatureId: id } = await client.ok('POST', '/v3/bitcoin/transaction', {
      fromUTXO: [{ txHash, index: 0, signatureId, signatureIdIndex: index }],
      to: [{ address: keyNamed('payee').address, value: 0.0005 }],
    })
    return id
  }
  const list = async (...signatureIds: string[]): Promise<string[]> =>
    (await client.list('POST', '/v3/kms/pending/BTC', { signatureIds })).map(({ id }) => id)

  it('list what waits for the wallets of a poll, oldest first, and nothing else', async () => {
    const [one, two, three] = [await ask(WALLET), await ask(OTHER), await ask(WALLET)]
    expect(await list(WALLET)).to.deep.equal([one, three])
    expect(await list(WALLET.toUpperCase(), OTHER)).to.deep.equal([one, two, three])
    expect(await list('11111111-1111-4111-8111-111111111111')).to.deep.equal([])
    expect(await list()).to.deep.equal([])
  })

  it('list the same by GET with a comma list, and everything of the chain without one', async () => {
    const [one, two] = [await ask(WALLET), await ask(OTHER)]
    const get = async (query: string) => (await client.list('GET', `/v3/kms/pending/BTC${query}`)).map(({ id }) => id)
    expect(await get(`?signatures=${WALLET}`)).to.deep.equal([one])
    expect(await get(`?signatures=${WALLET},${OTHER}`)).to.deep.equal([one, two])
    expect(await get('?signatures=')).to.deep.equal([])
    expect(await get('')).to.deep.equal([one, two])
  })

  it('answer polls for chains that do not run here with an empty list, as signers poll for all they know', async () => {
    for (const chain of ['ETH', 'DOGE', 'ALGO']) {
      expect(await client.ok('POST', `/v3/kms/pending/${chain}`, { signatureIds: [WALLET] })).to.deep.equal([])
    }
    expect((await client.refusal('POST', '/v3/kms/pending/btc', { signatureIds: [] })).status).to.equal(400)
  })

  it('hand over what a signer can read', async () => {
    await ask(WALLET)
    const [item] = await client.list('POST', '/v3/kms/pending/BTC', { signatureIds: [WALLET] })
    expect(parsePendingTransaction(item)).to.include({ chain: 'BTC', id: item?.id })
  })

  it('complete a transaction by broadcast: it keeps its txId and is listed no more', async () => {
    const id = await ask(WALLET, 4)
    const { serializedTransaction } = await client.ok('GET', `/v3/kms/${id}`)
    const txData = signPending(serializedTransaction, [childKey(4)])
    const { txId, failed } = await client.ok('POST', '/v3/bitcoin/broadcast', { txData, signatureId: id })
    expect(failed).to.equal(undefined)
    expect(await list(WALLET)).to.deep.equal([])
    expect((await client.ok('GET', `/v3/kms/${id}`)).txId).to.equal(txId)
  })

  it('tell that the broadcast worked and completing did not', async () => {
    const id = await ask(WALLET)
    const { serializedTransaction } = await client.ok('GET', `/v3/kms/${id}`)
    const txData = signPending(serializedTransaction, [childKey(1)])
    const reply = await client.ok('POST', '/v3/bitcoin/broadcast', { txData, signatureId: UNKNOWN })
    expect(reply).to.include({ failed: true }).and.to.have.property('txId')
    expect(await list(WALLET)).to.deep.equal([id])
  })

  it('complete a transaction by PUT, once: a repeat is harmless, another txId is refused', async () => {
    const id = await ask(WALLET)
    expect((await client.call('PUT', `/v3/kms/${id}/${TXID}`)).status).to.equal(204)
    expect((await client.call('PUT', `/v3/kms/${id}/${TXID}`)).status).to.equal(204)
    expect((await client.refusal('PUT', `/v3/kms/${id}/${'cd'.repeat(32)}`)).status).to.equal(403)
    expect((await client.ok('GET', `/v3/kms/${id}`)).txId).to.equal(TXID)
    expect(await list(WALLET)).to.deep.equal([])
    expect(await client.refusal('PUT', `/v3/kms/${UNKNOWN}/${TXID}`)).to.deep.equal(MISSING)
    expect((await client.refusal('PUT', `/v3/kms/${id}/short`)).status).to.equal(400)
  })

  it('remove a transaction', async () => {
    const id = await ask(WALLET)
    expect((await client.call('DELETE', `/v3/kms/${id}?revert=true`)).status).to.equal(204)
    expect(await client.refusal('GET', `/v3/kms/${id}`)).to.deep.equal(MISSING)
    expect(await client.refusal('DELETE', `/v3/kms/${id}`)).to.deep.equal(MISSING)
    expect(await list(WALLET)).to.deep.equal([])
  })

  it('refuse ids that are none', async () => {
    expect((await client.refusal('GET', '/v3/kms/xyz')).status).to.equal(400)
    expect((await client.refusal('POST', '/v3/kms/pending/BTC', { signatureIds: ['xyz'] })).status).to.equal(400)
    expect((await client.refusal('POST', '/v3/kms/pending/BTC', {})).status).to.equal(400)
  })

  it('record reported failures, keep the last thousand, and leave the transaction in the queue', async () => {
    const id = await ask(WALLET)
    const report = (error: string, count = 1) =>
      client.call('POST', '/v3/tatum/kms/batch', {
        errors: Array.from({ length: count }, () => ({ signatureId: id, error })),
      })
    expect((await report('first')).status).to.equal(204)
    expect((await sandbox.state()).failures[0]).to.include({ signatureId: id, error: 'first' })
    await report('later', 1000)
    const { failures } = await sandbox.state()
    expect(failures).to.have.length(1000)
    expect(failures.some(({ error }) => error === 'first')).to.equal(false)
    expect(await list(WALLET)).to.deep.equal([id])
  })

  it('show everything in the state, and forget everything on reset', async () => {
    await ask(WALLET)
    const state = await client.ok('GET', '/sandbox/state')
    expect(state.pending).to.have.length(1)
    expect(state.chains).to.deep.equal({ BTC: { height: 1, waiting: 0 } })
    expect((await client.call('POST', '/sandbox/reset')).status).to.equal(204)
    expect(await client.ok('GET', '/sandbox/state')).to.deep.equal({
      chains: { BTC: { height: 0, waiting: 0 } },
      pending: [],
      failures: [],
      withdrawals: [],
    })
  })

  it('fund by text or number, and refuse what is neither an address nor an amount', async () => {
    const address = keyNamed('rich').address
    for (const amount of ['0.5', 0.25]) {
      const { txId } = await client.ok('POST', '/sandbox/fund', { chain: 'BTC', address, amount })
      expect(txId).to.match(/^[0-9a-f]{64}$/)
    }
    const { incoming } = await client.ok('GET', `/v3/bitcoin/address/balance/${address}`)
    expect(incoming).to.equal('0.75')
    for (const body of [
      { chain: 'BTC', address: 'nowhere', amount: '1' },
      { chain: 'BTC', address, amount: '0.000000001' },
      { chain: 'BTC', address, amount: '21000001' },
      { chain: 'BTC', address, amount: -1 },
      { chain: 'DOGE', address, amount: '1' },
      { chain: 'ETH', address, amount: '1' },
    ]) {
      expect((await client.refusal('POST', '/sandbox/fund', body)).status, JSON.stringify(body)).to.be.oneOf([
        400, 403, 501,
      ])
    }
  })
})
