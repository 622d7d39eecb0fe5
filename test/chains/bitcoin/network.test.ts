import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorCode, ErrorContext } from '../../../src/core/errors.js'
import { testLookups } from '../../kit/lookups.js'
import { FamilyMember } from './family.js'
import { bitcoin } from './fixtures.js'

const txId = 'ab'.repeat(32)
const find = (get: (path: string) => Promise<unknown>): Promise<boolean> =>
  bitcoin.transactions.find(txId, testLookups({ get }))
const failing = (code: ErrorCode, context: ErrorContext) => () =>
  Promise.reject(new KeywardError(code, 'GET was refused', { context }))

describe('looking up a BTC transaction', () => {
  it('finds what the API shows under its id, confirmed or not', async () => {
    const asked: string[] = []
    const found = await find((path) => {
      asked.push(path)
      return Promise.resolve({ hash: txId.toUpperCase(), blockNumber: null })
    })
    expect(found).to.equal(true)
    expect(asked).to.deep.equal([`/v3/bitcoin/transaction/${txId}`])
  })

  it('finds what a node shows under its id, on the path of the chain', async () => {
    const asked: string[] = []
    for (const code of ['DOGE', 'LTC', 'BTC']) {
      const get = (path: string): Promise<unknown> => {
        asked.push(path)
        return Promise.resolve({ txid: txId, hash: 'cd'.repeat(32), vin: [], vout: [] })
      }
      const { transactions } = (await FamilyMember.load(code)).chain
      expect(await transactions.find(txId, testLookups({ get }))).to.equal(true)
    }
    const paths = ['dogecoin', 'litecoin', 'bitcoin'].map((name) => `/v3/${name}/transaction/${txId}`)
    expect(asked).to.deep.equal(paths)
  })

  it('takes only the documented refusals for absence', async () => {
    expect(await find(failing('API_REFUSED', { status: 403, errorCode: 'tx.missing' }))).to.equal(false)
    expect(await find(failing('API_REFUSED', { status: 404, errorCode: 'tx.not.found' }))).to.equal(false)
  })

  it('does not take an outage, a used-up plan or a strange answer for absence', async () => {
    const failures = [
      failing('API_REFUSED', { status: 403, errorCode: 'subscription.not.active' }),
      failing('API_REFUSED', { status: 403 }),
      failing('API_REFUSED', { status: 400, errorCode: 'tx.missing' }),
      failing('API_THROTTLED', { status: 403 }),
      failing('API_UNREACHABLE', { status: 503 }),
      () => Promise.reject(new TypeError('boom')),
      () => Promise.resolve(undefined),
      () => Promise.resolve({}),
      () => Promise.resolve('not found'),
      () => Promise.resolve({ hash: 'cd'.repeat(32) }),
      () => Promise.resolve({ txid: 'cd'.repeat(32) }),
    ]
    for (const [position, get] of failures.entries()) {
      const outcome = await find(get).catch((error: unknown) => error)
      expect(outcome, `case ${position}`).to.be.instanceOf(Error)
    }
  })
})

describe('what a node says about a BTC transaction', () => {
  const meaning = (message: string): string => bitcoin.transactions.rejection(message)

  it('is success when the node has the bytes already', () => {
    for (const message of [
      'txn-already-in-mempool',
      'txn-already-known (code 18)',
      'Transaction already in block chain',
      'Transaction outputs already in utxo set',
      'txn-same-nonwitness-data-in-mempool',
    ]) {
      expect(meaning(message), message).to.equal('already-known')
    }
  })

  it('is looked up when it may be about a transaction that is mined already, or may pass', () => {
    for (const message of [
      'Missing inputs',
      'bad-txns-inputs-missingorspent',
      // The older words of the same, which nodes of Dogecoin still use.
      'bad-txns-inputs-spent',
      'txn-mempool-conflict',
      'mempool min fee not met, 100 < 200',
      'too-long-mempool-chain, too many unconfirmed parents',
      'non-final',
      'non-BIP68-final',
      'bad-txns-premature-spend-of-coinbase',
      'blockchain.broadcast.error: Unable to broadcast transaction',
      'some words nobody listed',
      '',
    ]) {
      expect(meaning(message), message).to.equal('unknown')
    }
  })

  it('is final when it is a verdict about the bytes', () => {
    for (const message of [
      'insufficient fee, rejecting replacement',
      'min relay fee not met, 0 < 141',
      'dust',
      'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)',
      'mandatory-script-verify-flag-failed (Signature must be zero for failed CHECK(MULTI)SIG operation)',
      'bad-txns-in-belowout, value in (0.1) < value out (0.2)',
      'bad-txns-vout-negative',
      'scriptpubkey',
      'tx-size',
      'TX decode failed. Make sure the tx has at least one input.',
    ]) {
      expect(meaning(message), message).to.equal('rejected')
    }
  })
})
