import { Account, Keypair, TransactionBuilder } from '@stellar/stellar-base'
import type { FeeBumpTransaction, Transaction } from '@stellar/stellar-base'
import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { ACCOUNT, bump, OTHER, PASSPHRASE, planOf, SEED, stellar, transactionOf } from './fixtures.js'

const MAX_TIME = 1_893_456_000
const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
const notFound = new KeywardError('API_REFUSED', 'no', { context: { status: 404 } })
const ELSE = 'cd'.repeat(32)

interface Answers {
  readonly info?: unknown
  readonly account?: unknown
  readonly history?: unknown
  /** Hashes that the network knows. */
  readonly known?: readonly string[]
  readonly lookup?: KeywardError
}

const plain = transactionOf([bump('80')])
const hashOf = (of: Transaction | FeeBumpTransaction): string => of.hash().toString('hex')

/** The envelopes here have the sequence number 77. */
const accountAt = (sequence: string, more: object = {}) => ({ account_id: ACCOUNT, sequence, ...more })

async function expired(answers: Answers, transaction: Transaction | FeeBumpTransaction = plain) {
  const { info = { sequence: 1, closed_at: isoTime(MAX_TIME) }, history = [], known = [], lookup = notFound } = answers
  const { account = accountAt('76') } = answers
  const lookups = testLookups({
    get: async (path) => {
      const hash = path.split('/').at(-1) ?? ''
      if (path === '/v3/xlm/info') return orThrow(info)
      if (path === `/v3/xlm/account/${ACCOUNT}`) return orThrow(account)
      if (path === `/v3/xlm/account/tx/${ACCOUNT}`) return orThrow(history)
      if (path === `/v3/xlm/transaction/${hash}` && known.includes(hash)) return { hash }
      throw lookup
    },
  })
  const plan = await planOf(transaction)
  return stellar.transactions.expired?.(plan, lookups, { raw: '', txId: hashOf(transaction) })
}

function orThrow(answer: unknown): unknown {
  if (answer instanceof Error) throw answer
  return answer
}

const past = { info: { sequence: 9, closed_at: isoTime(MAX_TIME + 601) } }
const used = (more: object = {}) => [{ hash: ELSE, source_account: ACCOUNT, source_account_sequence: '77', ...more }]

describe('XLM: when a signed envelope can never be executed any more', () => {
  it('once a ledger has closed ten minutes after its time', async () => {
    expect(await expired(past)).to.equal(true)
    expect(await expired({ info: { sequence: 9, closed_at: isoTime(MAX_TIME + 600) } })).to.equal(false)
  })

  it('once a ledger has closed well after its last one', async () => {
    const shape = new TransactionBuilder(new Account(ACCOUNT, '76'), { fee: '100', networkPassphrase: PASSPHRASE })
    const bounded = shape.addOperation(bump('80')).setTimebounds(0, 0).setLedgerbounds(0, 5000).build()
    const at = (sequence: number) => ({ info: { sequence, closed_at: isoTime(MAX_TIME * 2) } })
    expect(await expired(at(5121), bounded)).to.equal(true)
    expect(await expired(at(5120), bounded)).to.equal(false)
  })

  it('not by time when its sequence number is used up, perhaps by itself, long ago', async () => {
    expect(await expired({ ...past, account: accountAt('77') })).to.equal(false)
    expect(await expired({ ...past, account: accountAt('78') })).to.equal(false)
    expect(await expired({ ...past, account: accountAt('9') })).to.equal(true)
    expect(await expired({ ...past, account: accountAt('76', { account_id: OTHER }) })).to.equal(false)
    expect(await expired({ ...past, account: accountAt('78'), history: used() })).to.equal(true)
  })

  it('not by time while it has no bounds', async () => {
    const shape = new TransactionBuilder(new Account(ACCOUNT, '76'), { fee: '100', networkPassphrase: PASSPHRASE })
    expect(await expired(past, shape.addOperation(bump('80')).setTimebounds(0, 0).build())).to.equal(false)
  })

  it('once another transaction of the account has its sequence number', async () => {
    expect(await expired({ history: used() })).to.equal(true)
  })

  const unproven: Readonly<Record<string, unknown>> = {
    'the transaction itself': used({ hash: hashOf(plain) }),
    'the transaction within another one that pays its fee': used({ inner_transaction: { hash: hashOf(plain) } }),
    'one with another number': used({ source_account_sequence: '78' }),
    "another account's": used({ source_account: OTHER }),
    'a history that does not reach back so far': [],
  }
  for (const [title, history] of Object.entries(unproven)) {
    it(`not by ${title}`, async () => {
      expect(await expired({ history })).to.equal(false)
    })
  }

  it('not while the network knows it, whatever time it is', async () => {
    expect(await expired({ ...past, known: [hashOf(plain)] })).to.equal(false)
    expect(await expired({ history: used(), known: [hashOf(plain)] })).to.equal(false)
  })

  it('not while what it pays the fee for was executed within another one', async () => {
    const inner = transactionOf([bump('80')], { source: ACCOUNT })
    inner.sign(Keypair.fromSecret(SEED))
    const outer = TransactionBuilder.buildFeeBumpTransaction(ACCOUNT, '400', inner, PASSPHRASE)
    expect(await expired(past, outer)).to.equal(true)
    expect(await expired({ ...past, known: [hashOf(inner)] }, outer)).to.equal(false)
    const elsewhere = used({ inner_transaction: { hash: hashOf(inner) }, fee_bump_transaction: { hash: ELSE } })
    expect(await expired({ history: elsewhere }, outer)).to.equal(false)
  })

  it('nothing is proven by an API that does not answer, or not in these words', async () => {
    const down = new KeywardError('API_UNREACHABLE', 'down')
    const failures: readonly [Answers, string][] = [
      [{ info: down }, 'API_UNREACHABLE'],
      [{ ...past, account: down }, 'API_UNREACHABLE'],
      [{ ...past, account: { sequence: 76 } }, 'API_REPLY_MALFORMED'],
      [{ history: down }, 'API_UNREACHABLE'],
      [{ ...past, lookup: down }, 'API_UNREACHABLE'],
      [{ info: { sequence: 5 } }, 'API_REPLY_MALFORMED'],
      [{ info: { sequence: 5, closed_at: 'today' } }, 'API_REPLY_MALFORMED'],
      [{ history: { records: used() } }, 'API_REPLY_MALFORMED'],
    ]
    for (const [answers, code] of failures) expect((await failureOf(expired(answers))).code).to.equal(code)
  })
})
