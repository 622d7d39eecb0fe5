import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorContext } from '../../../src/core/errors.js'
import { loadCardano } from '../../../src/chains/cardano/index.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { TTL, ada, fakeNode, payment, planOf, signed } from './kit.js'

const TX_ID = 'ab'.repeat(32)
const answering = (answer: unknown) => testLookups({ get: () => Promise.resolve(answer) })
const refusing = (context: ErrorContext) =>
  testLookups({ get: () => Promise.reject(new KeywardError('API_REFUSED', 'refused', { context })) })
/** 36 hours. */
const FINAL = 129_600

describe('ADA: what the network knows', () => {
  it('finds a transaction by its id, and takes only the words for an unknown one for a no', async () => {
    const asked: string[] = []
    const lookups = testLookups({
      get(path) {
        asked.push(path)
        return Promise.resolve({ hash: TX_ID.toUpperCase(), fee: '170000' })
      },
    })
    expect(await ada.transactions.find(TX_ID, lookups)).to.equal(true)
    expect(asked).to.deep.equal([`/v3/ada/transaction/${TX_ID}`])
    for (const context of [
      { status: 404 },
      { status: 403, errorCode: 'tx.not.found' },
      { status: 403, errorCode: 'tx.missing' },
    ]) {
      expect(await ada.transactions.find(TX_ID, refusing(context))).to.equal(false)
    }
    for (const context of [{ status: 403, errorCode: 'subscription.invalid' }, { status: 400 }, {}]) {
      expect((await failureOf(ada.transactions.find(TX_ID, refusing(context)))).code).to.equal('API_REFUSED')
    }
    for (const answer of [{}, null, { hash: 5 }, 'text']) {
      expect((await failureOf(ada.transactions.find(TX_ID, answering(answer)))).code).to.equal('API_REPLY_MALFORMED')
    }
  })

  it('gives bytes up when 36 hours of slots are past their last one, not before and not without an answer', async () => {
    const plan = await planOf(payment())
    const transaction = signed(plan)
    const expired = (lookups = testLookups()) =>
      ada.transactions.expired?.(plan, lookups, transaction) ?? Promise.reject(new Error('it can be proven'))
    for (const [currentSlot, dead] of [
      [TTL - 1, false],
      [TTL + 1000, false],
      [TTL + FINAL, false],
      [TTL + FINAL + 1, true],
    ] as const) {
      expect(await expired(fakeNode({ currentSlot }))).to.equal(dead)
    }
    const failure = await failureOf(
      expired(testLookups({ post: () => Promise.resolve({ current_block_timestamp: 'late' }) })),
    )
    expect(failure.code).to.equal('API_REPLY_MALFORMED')
  })

  // The first slots of one second: 4,492,800 on the main network, 86,400 on the test network.
  for (const [network, slot, startMs] of [
    ['mainnet', 4_492_800, Date.UTC(2020, 6, 29, 21, 44, 51)],
    ['testnet', 86_400, Date.UTC(2022, 5, 21)],
  ] as const) {
    it(`counts slots as ${network} does`, async () => {
      const plan = { ...(await planOf(payment(), { ttl: slot })), network }
      const seconds = async (later: number) => {
        const answer = { current_block_timestamp: startMs + (FINAL + later) * 1000 }
        const lookups = testLookups({ post: () => Promise.resolve(answer) })
        return ada.transactions.expired?.(plan, lookups, { raw: '', txId: '' })
      }
      expect(await seconds(0)).to.equal(false)
      expect(await seconds(1)).to.equal(true)
    })
  }

  it('takes a node’s words for final only where the bytes can never be taken', () => {
    const meaning = (words: string) => ada.transactions.rejection(words)
    for (const words of [
      'ConwayUtxowFailure (UtxoFailure (FeeTooSmallUTxO (Mismatch {supplied = Coin 1, expected = Coin 165000})))',
      'UtxoFailure (ValueNotConservedUTxO (MaryValue (Coin 5) fromList []))',
      'BabbageOutputTooSmallUTxO [(addr, Coin 1)]',
      'InvalidWitnessesUTXOW [VKey]',
      'MissingVKeyWitnessesUTXOW',
      'WrongNetwork Mainnet',
      'DecoderFailure (LocalTxSubmission) DeserialiseFailure 0 "expected list len"',
    ]) {
      expect(meaning(words), words).to.equal('rejected')
    }
    for (const words of [
      'BadInputsUTxO (fromList [TxIn])',
      'ValueNotConservedUTxO (Coin 0) (Coin 5), BadInputsUTxO (fromList [TxIn])',
      'ConwayMempoolFailure "All inputs are spent. Transaction has probably already been included"',
      'OutsideValidityIntervalUTxO (ValidityInterval) (SlotNo 5)',
      'MempoolFull',
      'something else',
      '',
    ]) {
      expect(meaning(words), words).to.equal('unknown')
    }
    expect(meaning('TxAlreadyInMempool')).to.equal('already-known')
  })

  it('loads by its code and no other', () => {
    expect(codeThrownBy(() => loadCardano(chainCodeSchema.parse('BTC')))).to.equal('CHAIN_UNKNOWN')
  })
})
