import { expect } from 'chai'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import type { Answer } from '../../kit/api-client.js'
import { parseSerialized, childKey, keyNamed, signPending, TEST_TPUB } from '../../kit/bitcoin-client.js'

const WALLET = '4fa279d4-a364-4344-bd1a-c2f0edb3f545'
const PATH = '/v3/offchain/bitcoin/transfer'
const payee = keyNamed('payee')

describe('POST /v3/offchain/bitcoin/transfer', () => {
  let sandbox: Sandbox
  let client: ApiClient
  let account: string

  before(async () => {
    sandbox = await startSandbox({ chains: ['BTC'] })
    client = new ApiClient(sandbox.url)
  })
  after(() => sandbox.close())
  beforeEach(async () => {
    await sandbox.reset()
    account = (await client.ok('POST', '/v3/ledger/account', { currency: 'BTC', xpub: TEST_TPUB })).id
    for (const amount of ['0.5', '0.25']) {
      const { address } = await client.ok('POST', `/v3/offchain/account/${account}/address`)
      await sandbox.fund('BTC', address, amount)
    }
  })

  const body = (fields: object = {}) => ({
    senderAccountId: account,
    address: payee.address,
    amount: '0.6',
    signatureId: WALLET,
    xpub: TEST_TPUB,
    ...fields,
  })
  const transfer = async (fields?: object) => {
    const { signatureId } = await client.ok('POST', PATH, body(fields))
    return client.ok('GET', `/v3/kms/${signatureId}`)
  }
  const balance = async () => (await client.ok('GET', `/v3/ledger/account/${account}/balance`)).accountBalance
  const send = (pending: Answer) =>
    client.call('POST', '/v3/offchain/withdrawal/broadcast', {
      currency: 'BTC',
      txData: signPending(pending.serializedTransaction, [childKey(1), childKey(2)]),
      withdrawalId: pending.withdrawalId,
      signatureId: pending.id,
    })

  it('debits the account at once and hangs the withdrawal on the pending transaction', async () => {
    const pending = await transfer({ fee: '0.0005' })
    expect(pending.hashes).to.deep.equal([WALLET])
    expect(pending).to.not.have.any.keys('signatures', 'index')
    const [first, second, change] = pending.withdrawalResponses
    expect(pending.withdrawalResponses).to.have.length(3)
    expect(first?.address).to.deep.equal({
      address: childKey(1).address,
      currency: 'BTC',
      derivationKey: 1,
      xpub: TEST_TPUB,
    })
    expect(first).to.include({ amount: 0.5, vInIndex: 0 })
    expect(second?.address.derivationKey).to.equal(2)
    expect(change).to.deep.equal({ amount: 0.1495, vIn: '-1', vInIndex: -1 })
    const transaction = parseSerialized(pending.serializedTransaction)
    expect(transaction.inputs.map(({ prevTxId }) => prevTxId)).to.deep.equal([first?.vIn, second?.vIn])
    expect(transaction.outputs.map(({ satoshis }) => satoshis)).to.deep.equal([60_000_000, 14_950_000])
    expect(transaction).to.not.have.any.keys('fee', 'changeScript', 'changeIndex')
    expect(await balance()).to.equal('0.1495')
    expect(parsePendingTransaction(pending).withdrawalResponses).to.have.length(3)
  })

  it('is completed by the off-chain broadcast: withdrawal done, transaction pending no more, change on child 0', async () => {
    const pending = await transfer()
    const reply = await send(pending)
    expect(reply.body).to.include({ completed: true })
    const { txId } = reply.body
    expect((await client.ok('GET', `/v3/kms/${pending.id}`)).txId).to.equal(txId)
    expect(await client.ok('GET', '/v3/offchain/withdrawal?pageSize=10')).to.deep.include.members([
      {
        id: pending.withdrawalId,
        txId,
        status: 'Done',
        accountId: account,
        reference: (await sandbox.state()).withdrawals[0]?.['reference'],
        currency: 'BTC',
        amount: '0.6',
        fee: '0.0005',
        address: payee.address,
      },
    ])
    const pool = await client.ok('GET', `/v3/bitcoin/address/balance/${childKey(0).address}`)
    expect(pool.incoming).to.equal('0.1495')
    expect(await balance()).to.equal('0.1495')
    const again = await send(pending)
    expect(again.body).to.include({ statusCode: 403, errorCode: 'withdrawal.unexpected.state' })
  })

  it('can spend the change of an earlier withdrawal', async () => {
    await send(await transfer())
    const pending = await transfer({ amount: '0.149' })
    expect(pending.withdrawalResponses[0]?.address.derivationKey).to.equal(0)
    const txData = signPending(pending.serializedTransaction, [childKey(0)])
    const reply = await client.ok('POST', '/v3/offchain/withdrawal/broadcast', {
      currency: 'BTC',
      txData,
      withdrawalId: pending.withdrawalId,
    })
    expect(reply.completed).to.equal(true)
    expect(await balance()).to.equal('0')
  })

  it('pays several recipients, whose amounts must add up', async () => {
    const address = `${payee.address},${payee.legacyAddress}`
    const { serializedTransaction } = await transfer({ address, multipleAmounts: ['0.4', '0.2'] })
    const { outputs } = parseSerialized(serializedTransaction)
    expect(outputs.map(({ satoshis }) => satoshis)).to.deep.equal([40_000_000, 20_000_000, 14_950_000])
    for (const multipleAmounts of [['0.4', '0.3'], ['0.6'], undefined]) {
      expect((await client.refusal('POST', PATH, body({ address, multipleAmounts }))).errorCode).to.equal(
        'amount.format',
      )
    }
  })

  it('leaves change that nodes would refuse to the miners', async () => {
    const { serializedTransaction, withdrawalResponses } = await transfer({ amount: '0.49949454', fee: '0.0005' })
    expect(parseSerialized(serializedTransaction).outputs).to.have.length(1)
    expect(withdrawalResponses.at(-1)?.amount).to.equal(0)
  })

  it('lets one withdrawal of an account, or of its xpub, be under way at a time', async () => {
    const { id } = await transfer({ amount: '0.1' })
    expect((await client.refusal('POST', PATH, body({ amount: '0.1' }))).errorCode).to.equal('withdrawal.pending')
    const sibling = await client.ok('POST', '/v3/ledger/account', { currency: 'BTC', xpub: TEST_TPUB })
    const { address } = await client.ok('POST', `/v3/offchain/account/${sibling.id}/address`)
    await sandbox.fund('BTC', address, '1')
    const other = body({ senderAccountId: sibling.id, amount: '0.1' })
    expect((await client.refusal('POST', PATH, other)).errorCode).to.equal('withdrawal.pending')
    await client.call('DELETE', `/v3/kms/${id}`)
    expect((await client.call('POST', PATH, other)).status).to.equal(200)
  })

  it('never takes two of two requests that come at the same time', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => client.call('POST', PATH, body({ amount: '0.5' }))))
    expect(replies.filter(({ status }) => status === 200)).to.have.length(1)
    expect((await sandbox.state()).withdrawals).to.have.length(1)
  })

  it('gives the money back when the pending transaction is removed, with or without the fee', async () => {
    const removed = await transfer({ fee: '0.001' })
    expect(await balance()).to.equal('0.149')
    await client.call('DELETE', `/v3/kms/${removed.id}?revert=false`)
    expect(await balance()).to.equal('0.749')
    const second = await transfer({ amount: '0.1', fee: '0.001' })
    await client.call('DELETE', `/v3/kms/${second.id}`)
    expect(await balance()).to.equal('0.749')
    const statuses = (await sandbox.state()).withdrawals.map(({ status }) => status)
    expect(statuses).to.deep.equal(['Cancelled', 'Cancelled'])
  })

  it('lets a withdrawal be completed or cancelled by hand', async () => {
    const { withdrawalId } = await transfer()
    const path = `/v3/offchain/withdrawal/${withdrawalId}`
    expect((await client.call('PUT', `${path}/${'ab'.repeat(32)}`)).status).to.equal(204)
    expect((await client.refusal('DELETE', path)).errorCode).to.equal('withdrawal.unexpected.state')
    expect((await client.refusal('DELETE', '/v3/offchain/withdrawal/0123456789abcdef01234567')).errorCode).to.equal(
      'withdrawal.missing',
    )
    const of = (status: string) => client.ok('GET', `/v3/offchain/withdrawal?pageSize=5&status=${status}`)
    expect(await of('Done')).to.have.length(1)
    expect(await of('Cancelled')).to.have.length(0)
  })

  it('keeps the withdrawal open when the chain refuses the transaction', async () => {
    const pending = await transfer()
    const txData = signPending(pending.serializedTransaction, [childKey(2), childKey(1)])
    const reply = await client.refusal('POST', '/v3/offchain/withdrawal/broadcast', {
      currency: 'BTC',
      txData,
      withdrawalId: pending.withdrawalId,
      signatureId: pending.id,
    })
    expect(reply).to.deep.equal({ status: 403, errorCode: 'blockchain.broadcast.error' })
    expect((await sandbox.state()).withdrawals[0]).to.include({ status: 'InProgress' })
    expect((await send(pending)).body.completed).to.equal(true)
  })

  const refused: [string, object, string][] = [
    ['more than the account holds', { amount: '0.75' }, 'balance.insufficient'],
    ['an unknown sender', { senderAccountId: '0123456789abcdef01234567' }, 'senderAccount.not.exists'],
    ['a recipient that is none', { address: 'nowhere' }, 'withdrawal.recipient.format'],
    ['a fee below the least', { fee: '0.000009' }, 'fee.format'],
    ['nothing at all', { amount: '0' }, 'amount.format'],
    ['the xpub of another account', { xpub: `${TEST_TPUB}x` }, 'account.xpub.incompatible'],
    ['no signatureId', { signatureId: undefined }, 'validation.failed'],
    ['no xpub', { xpub: undefined }, 'validation.failed'],
    ['an amount as a number', { amount: 0.6 }, 'validation.failed'],
  ]
  for (const [what, fields, errorCode] of refused) {
    it(`refuses ${what}, and debits nothing`, async () => {
      expect((await client.refusal('POST', PATH, body(fields))).errorCode).to.equal(errorCode)
      expect(await balance()).to.equal('0.75')
    })
  }
})
