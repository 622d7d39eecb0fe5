import { expect } from 'chai'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import type { Answer } from '../../kit/api-client.js'
import { parseSerialized, childKey, keyNamed, signPending } from '../../kit/bitcoin-client.js'

const WALLET = '4fa279d4-a364-4344-bd1a-c2f0edb3f545'
const OTHER_WALLET = '7e2f6a58-40ab-4c65-9d0d-3d4a6d4e1f11'
const PATH = '/v3/bitcoin/transaction'
const payee = keyNamed('payee')

describe('POST /v3/bitcoin/transaction', () => {
  let sandbox: Sandbox
  let client: ApiClient

  before(async () => {
    sandbox = await startSandbox({ chains: ['BTC'] })
    client = new ApiClient(sandbox.url)
  })
  after(() => sandbox.close())
  beforeEach(() => sandbox.reset())

  const request = async (body: unknown) => {
    const { signatureId } = await client.ok('POST', PATH, body)
    expect(signatureId).to.match(/^[0-9a-f]{24}$/)
    const pending = await client.ok('GET', `/v3/kms/${signatureId}`)
    return { pending, transaction: parseSerialized(pending.serializedTransaction) }
  }

  it('builds exactly what the API builds from addresses: all their outputs, recipients, change last', async () => {
    const [mine, change] = [childKey(1), childKey(2)]
    const first = await sandbox.fund('BTC', mine.address, '0.0004')
    const second = await sandbox.fund('BTC', mine.address, '0.0006')
    const { pending, transaction } = await request({
      fromAddress: [{ address: mine.address, signatureId: WALLET, index: 1 }],
      to: [
        { address: payee.address, value: 0.000006 },
        { address: payee.legacyAddress, value: 0.0007 },
      ],
      fee: '0.00001',
      changeAddress: change.address,
    })
    expect(Object.keys(pending)).to.deep.equal(['id', 'chain', 'hashes', 'serializedTransaction', 'signatures'])
    expect(pending.chain).to.equal('BTC')
    expect(pending.hashes).to.deep.equal([WALLET, WALLET])
    expect(pending.signatures).to.deep.equal([
      { id: WALLET, index: 1 },
      { id: WALLET, index: 1 },
    ])
    expect(Object.keys(transaction)).to.deep.equal([
      'hash',
      'version',
      'inputs',
      'outputs',
      'nLockTime',
      'changeScript',
      'changeIndex',
      'fee',
    ])
    expect(transaction.inputs.map((input) => [input.prevTxId, input.outputIndex, input.output.satoshis])).to.deep.equal(
      [
        [first, 0, 40_000],
        [second, 0, 60_000],
      ],
    )
    expect(transaction.inputs[0]).to.include({ sequenceNumber: 4294967295, script: '', scriptString: '' })
    expect(transaction.outputs.map(({ satoshis }) => satoshis)).to.deep.equal([600, 70_000, 28_400])
    expect(transaction).to.include({ version: 2, nLockTime: 0, changeIndex: 2, fee: 1000 })
    expect(transaction.changeScript).to.equal(`OP_0 20 0x${transaction.outputs[2]?.script.slice(4)}`)
    expect(transaction.hash).to.match(/^[0-9a-f]{64}$/)
  })

  it('is signed by an independent client, accepted by the chain and pending no more', async () => {
    const mine = childKey(3)
    await sandbox.fund('BTC', mine.address, '0.5')
    await sandbox.fund('BTC', mine.legacyAddress, '0.25')
    const { pending } = await request({
      fromAddress: [
        { address: mine.address, signatureId: WALLET, index: 3 },
        { address: mine.legacyAddress, signatureId: OTHER_WALLET },
      ],
      to: [{ address: payee.address, value: 0.7 }],
      fee: '0.0001',
      changeAddress: mine.address,
    })
    expect(pending.hashes).to.deep.equal([WALLET, OTHER_WALLET])
    expect(pending.signatures).to.deep.equal([{ id: WALLET, index: 3 }])
    const txData = signPending(pending.serializedTransaction, [mine, mine])
    const { txId } = await client.ok('POST', '/v3/bitcoin/broadcast', { txData, signatureId: pending.id })
    expect(await client.ok('GET', `/v3/kms/${pending.id}`)).to.have.property('txId', txId)
    expect(await client.ok('POST', '/v3/kms/pending/BTC', { signatureIds: [WALLET] })).to.deep.equal([])
    const balance = await client.ok('GET', `/v3/bitcoin/address/balance/${payee.address}`)
    expect(balance).to.deep.equal({ incoming: '0.7', outgoing: '0', incomingPending: '0', outgoingPending: '0' })
  })

  it('gives the whole rest to the miners without fee and change address, and then writes neither', async () => {
    await sandbox.fund('BTC', childKey(1).address, '0.001')
    const { transaction } = await request({
      fromAddress: [{ address: childKey(1).address, signatureId: WALLET, index: 1 }],
      to: [{ address: payee.address, value: 0.0001 }],
    })
    expect(transaction.outputs).to.have.length(1)
    expect(transaction).to.not.have.any.keys('fee', 'changeScript', 'changeIndex')
  })

  it('takes outputs by number from fromUTXO, where the derivation index has another name', async () => {
    const txHash = await sandbox.fund('BTC', childKey(7).address, '0.001')
    const { pending, transaction } = await request({
      fromUTXO: [{ txHash: txHash.toUpperCase(), index: 0, signatureId: WALLET, signatureIdIndex: 7 }],
      to: [{ address: payee.address, value: 0.0001 }],
    })
    expect(transaction.inputs[0]).to.include({ prevTxId: txHash, outputIndex: 0 })
    expect(pending.signatures).to.deep.equal([{ id: WALLET, index: 7 }])
  })

  it('drops change up to 546 satoshi without a word, keeping the fee that was asked for, and keeps 547', async () => {
    const sources = [{ address: childKey(1).address, signatureId: WALLET, index: 1 }]
    await sandbox.fund('BTC', childKey(1).address, '0.001')
    const body = (satoshis: number) => ({
      fromAddress: sources,
      to: [{ address: payee.address, value: (99_000 - satoshis) / 1e8 }],
      fee: '0.00001',
      changeAddress: childKey(1).address,
    })
    const dropped = (await request(body(546))).transaction
    expect(dropped.outputs).to.have.length(1)
    expect(dropped).to.include({ fee: 1000 }).and.to.have.property('changeScript')
    expect(dropped).to.not.have.property('changeIndex')
    const kept = (await request(body(547))).transaction
    expect(kept.outputs[1]?.satoshis).to.equal(547)
    expect(kept.changeIndex).to.equal(1)
  })

  it('names an output once when two entries lead to it', async () => {
    const mine = childKey(1)
    await sandbox.fund('BTC', mine.address, '0.001')
    const entry = { address: mine.address, signatureId: WALLET, index: 1 }
    const { transaction } = await request({
      fromAddress: [entry, { ...entry, address: mine.address.toUpperCase() }],
      to: [{ address: payee.address, value: 0.0001 }],
    })
    expect(transaction.inputs).to.have.length(1)
  })

  it('does not reserve outputs: of two requests for the same ones, the chain takes the first', async () => {
    const mine = childKey(1)
    await sandbox.fund('BTC', mine.address, '0.001')
    const body = {
      fromAddress: [{ address: mine.address, signatureId: WALLET, index: 1 }],
      to: [{ address: payee.address, value: 0.0001 }],
    }
    const [one, two] = [await request(body), await request({ ...body, to: [{ ...body.to[0], value: 0.0002 }] })]
    const send = (pending: Answer) =>
      client.call('POST', '/v3/bitcoin/broadcast', {
        txData: signPending(pending.serializedTransaction, [mine]),
        signatureId: pending.id,
      })
    expect((await send(one.pending)).status).to.equal(200)
    const second = await send(two.pending)
    expect(second.body).to.include({ statusCode: 403, errorCode: 'blockchain.broadcast.error' })
    expect(second.body.message).to.contain('bad-txns-inputs-missingorspent')
    expect(await client.ok('GET', `/v3/kms/${two.pending.id}`)).to.not.have.property('txId')
  })

  describe('refuses', () => {
    const source = { address: childKey(1).address, signatureId: WALLET, index: 1 }
    const to = [{ address: payee.address, value: 0.0001 }]
    const change = { fee: '0.00001', changeAddress: childKey(1).address }
    const utxo = { txHash: 'ab'.repeat(32), index: 0, signatureId: WALLET }
    const MALFORMED = { status: 400, errorCode: 'validation.failed' }

    beforeEach(() => sandbox.fund('BTC', childKey(1).address, '0.001'))

    const cases: [string, unknown, { status: number; errorCode: string }][] = [
      [
        'both kinds of source',
        { fromAddress: [source], fromUTXO: [utxo], to },
        { status: 403, errorCode: 'transaction.invalid.body' },
      ],
      ['no source', { to }, { status: 403, errorCode: 'transaction.invalid.body' }],
      ['an empty source', { fromAddress: [], to }, { status: 403, errorCode: 'transaction.failed' }],
      [
        'an address with nothing on it',
        { fromAddress: [{ ...source, address: payee.address }], to },
        { status: 403, errorCode: 'transaction.failed' },
      ],
      ['an output that does not exist', { fromUTXO: [utxo], to }, { status: 403, errorCode: 'tx.hash.index.spent' }],
      ['a fee without a change address', { fromAddress: [source], to, fee: '0.00001' }, MALFORMED],
      ['a change address without a fee', { fromAddress: [source], to, changeAddress: payee.address }, MALFORMED],
      ['no recipients', { fromAddress: [source], to: [] }, MALFORMED],
      ['more than 8 decimals', { fromAddress: [source], to: [{ ...to[0], value: 0.000000001 }] }, MALFORMED],
      ['a negative value', { fromAddress: [source], to: [{ ...to[0], value: -0.1 }] }, MALFORMED],
      ['a value as text', { fromAddress: [source], to: [{ ...to[0], value: '0.1' }] }, MALFORMED],
      ['a fee as a number', { fromAddress: [source], to, ...change, fee: 0.00001 }, MALFORMED],
      [
        'a mainnet recipient',
        { fromAddress: [source], to: [{ ...to[0], address: 'bc1q8uuwyvqxqa0pad38v9qj8fhm6qac0mge4ypnxl' }] },
        MALFORMED,
      ],
      [
        'a regtest recipient',
        { fromAddress: [source], to: [{ ...to[0], address: 'bcrt1q6z64a43mjgkcq0ul2znwneq3spghrlau9slefp' }] },
        MALFORMED,
      ],
      ['a change address that is none', { fromAddress: [source], to, ...change, changeAddress: 'nowhere' }, MALFORMED],
      ['a source without signatureId', { fromAddress: [{ address: source.address }], to }, MALFORMED],
      ['an index that would be hardened', { fromAddress: [{ ...source, index: 2 ** 31 }], to }, MALFORMED],
      [
        'inputs equal to outputs',
        { fromAddress: [source], to: [{ ...to[0], value: 0.001 }] },
        { status: 403, errorCode: 'btc-based.fee.too-small' },
      ],
      [
        'inputs below outputs',
        { fromAddress: [source], to: [{ ...to[0], value: 0.0011 }] },
        { status: 403, errorCode: 'btc-based.balance.not-enough' },
      ],
      [
        'inputs below outputs and fee',
        { fromAddress: [source], to: [{ ...to[0], value: 0.000995 }], ...change },
        { status: 403, errorCode: 'btc-based.balance.not-enough' },
      ],
    ]
    for (const [what, body, refusal] of cases) {
      it(what, async () => {
        expect(await client.refusal('POST', PATH, body)).to.deep.equal(refusal)
        expect((await sandbox.state()).pending).to.deep.equal([])
      })
    }
  })
})
