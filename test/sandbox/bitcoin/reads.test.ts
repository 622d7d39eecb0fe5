import { expect } from 'chai'
import { Transaction } from 'bitcoinjs-lib'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import { childKey, keyNamed, pay, TEST_TPUB } from '../../kit/bitcoin-client.js'

const owner = keyNamed('owner')
const payee = keyNamed('payee')

describe('look-ups of the Bitcoin ledger', () => {
  let sandbox: Sandbox
  let client: ApiClient
  let funding: string
  let payment: string
  let raw: string

  before(async () => {
    sandbox = await startSandbox({ chains: ['BTC'] })
    client = new ApiClient(sandbox.url)
    funding = await sandbox.fund('BTC', owner.address, '1')
    raw = pay(
      [{ txId: funding, index: 0, satoshis: 100_000_000n, key: owner }],
      [
        { address: payee.address, satoshis: 30_000_000n },
        { address: owner.address, satoshis: 69_990_000n },
      ],
    )
    payment = (await client.ok('POST', '/v3/bitcoin/broadcast', { txData: raw })).txId
  })
  after(() => sandbox.close())

  it('give a transaction with its inputs, the coins they spend, and its place in the chain', async () => {
    const transaction = await client.ok('GET', `/v3/bitcoin/transaction/${payment}`)
    expect(transaction).to.include({
      hash: payment,
      hex: raw,
      fee: 10_000,
      blockNumber: 2,
      index: 0,
      version: 2,
      locktime: 0,
    })
    expect(transaction.witnessHash).to.not.equal(payment)
    expect(transaction.rate).to.equal(Math.round((10_000 * 1000) / Transaction.fromHex(raw).virtualSize()))
    expect(transaction.inputs).to.have.length(1)
    expect(transaction.inputs[0]?.prevout).to.deep.equal({ hash: funding, index: 0 })
    expect(transaction.inputs[0]?.coin).to.include({
      value: 100_000_000,
      address: owner.address,
      coinbase: true,
      blockNumber: 1,
    })
    expect(transaction.outputs.map(({ value, address }) => [value, address])).to.deep.equal([
      [30_000_000, payee.address],
      [69_990_000, owner.address],
    ])
  })

  it('give a coinbase without a coin', async () => {
    const { inputs } = await client.ok('GET', `/v3/bitcoin/transaction/${funding}`)
    expect(inputs[0]).to.not.have.property('coin')
  })

  it('refuse an unknown transaction with 403 tx.missing, as the API does for this chain', async () => {
    const path = `/v3/bitcoin/transaction/${'ab'.repeat(32)}`
    expect(await client.refusal('GET', path)).to.deep.equal({ status: 403, errorCode: 'tx.missing' })
    expect((await client.refusal('GET', '/v3/bitcoin/transaction/xyz')).status).to.equal(400)
  })

  it('give an unspent output, and tell a spent one from one that never was', async () => {
    expect(await client.ok('GET', `/v3/bitcoin/utxo/${payment}/0`)).to.deep.equal({
      version: 2,
      height: 2,
      blockNumber: 2,
      value: 30_000_000,
      script: Buffer.from(Transaction.fromHex(raw).outs[0]!.script).toString('hex'),
      address: payee.address,
      coinbase: false,
      hash: payment,
      index: 0,
    })
    expect(await client.refusal('GET', `/v3/bitcoin/utxo/${funding}/0`)).to.deep.equal({
      status: 403,
      errorCode: 'tx.hash.index.spent',
    })
    expect((await client.refusal('GET', `/v3/bitcoin/utxo/${payment}/2`)).errorCode).to.equal('tx.missing')
  })

  it('sum what an address received and spent, for one or several', async () => {
    const balance = { incoming: '1.6999', outgoing: '1', incomingPending: '0', outgoingPending: '0' }
    expect(await client.ok('GET', `/v3/bitcoin/address/balance/${owner.address}`)).to.deep.equal(balance)
    const list = `${owner.address},${payee.address}`
    expect(await client.ok('GET', `/v3/bitcoin/address/balance/batch?addresses=${list}`)).to.deep.equal([
      { address: owner.address, ...balance },
      { address: payee.address, incoming: '0.3', outgoing: '0', incomingPending: '0', outgoingPending: '0' },
    ])
    const many = Array.from({ length: 31 }, () => payee.address).join(',')
    expect((await client.refusal('GET', `/v3/bitcoin/address/balance/batch?addresses=${many}`)).status).to.equal(400)
    expect((await client.refusal('GET', '/v3/bitcoin/address/balance/nowhere')).status).to.equal(400)
  })

  it('list the transactions of an address, newest first, by the page', async () => {
    const path = `/v3/bitcoin/transaction/address/${owner.address}`
    const hashes = async (query: string) => (await client.list('GET', `${path}?${query}`)).map(({ hash }) => hash)
    expect(await hashes('pageSize=50')).to.deep.equal([payment, funding])
    expect(await hashes('pageSize=1')).to.deep.equal([payment])
    expect(await hashes('pageSize=1&offset=1')).to.deep.equal([funding])
    expect((await client.refusal('GET', path)).status).to.equal(400)
    expect((await client.refusal('GET', `${path}?pageSize=51`)).status).to.equal(400)
  })

  it('list the unspent outputs of an address with number and text', async () => {
    const path = `/v4/data/utxos?chain=bitcoin-testnet&address=${owner.address}&totalValue=1`
    expect(await client.ok('GET', path)).to.deep.equal([
      {
        chain: 'bitcoin-testnet',
        address: owner.address,
        txHash: payment,
        index: 1,
        value: 0.6999,
        valueAsString: '0.6999',
      },
    ])
  })

  it('derive addresses from an xpub of the testnet, and refuse any other', async () => {
    for (const index of [0, 1, 5]) {
      const { address } = await client.ok('GET', `/v3/bitcoin/address/${TEST_TPUB}/${index}`)
      expect(address).to.equal(childKey(index).address)
    }
    const mainnet =
      'xpub6DYBGmMJs7oWiGCTCwRuUykcTEaRYPHsyjTztwab1sievy2UGCcmoiVGfJhi1fVvx1RLLhLghGvMRD7THvnye9UDG9RjGXCep36CRZ9DoeK'
    for (const xpub of [mainnet, 'tpubnonsense', TEST_TPUB.slice(0, -1)]) {
      expect(await client.refusal('GET', `/v3/bitcoin/address/${xpub}/0`)).to.deep.equal({
        status: 403,
        errorCode: 'address.generation.failed.wrong.xpub',
      })
    }
    for (const index of ['2147483648', '-1', '1.5', 'x']) {
      expect((await client.refusal('GET', `/v3/bitcoin/address/${TEST_TPUB}/${index}`)).status, index).to.equal(400)
    }
  })

  it('give the fee in satoshi per byte and the state of the chain', async () => {
    const fee = await client.ok('GET', '/v3/blockchain/fee/BTC')
    expect(fee).to.include({ fast: 1, medium: 1, slow: 1, block: '2' })
    expect(Date.parse(fee.time)).to.be.a('number')
    const info = await client.ok('GET', '/v3/bitcoin/info')
    expect(info).to.include({ blocks: 2, headers: 2 })
    expect(info.bestblockhash).to.match(/^[0-9a-f]{64}$/)
  })
})
