import { expect } from 'chai'
import type { ChainLookups } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { ACCOUNT, payment, planOf, RECIPIENT, xrp } from './fixtures.js'

const TX = 'AB'.repeat(32)
const OTHER = 'CD'.repeat(32)
const LAST = payment.LastLedgerSequence
const refusal = (status: number) => new KeywardError('API_REFUSED', 'no', { context: { status } })

const accountWith = (more: object, current: unknown = LAST + 301) => ({
  ledger_current_index: current,
  account_data: { Account: ACCOUNT, Sequence: payment.Sequence, ...more },
})

interface Answers {
  readonly ledger?: unknown
  readonly account?: unknown
  readonly history?: unknown
}

/** Answers of the API; an error is thrown. */
const network = ({ ledger, account, history }: Answers, asked: string[] = []): ChainLookups =>
  testLookups({
    get: async (path) => {
      asked.push(path)
      const answer = path.includes('/ledger/')
        ? (ledger ?? refusal(404))
        : path.includes('/account/tx/')
          ? (history ?? { transactions: [] })
          : (account ?? accountWith({}))
      if (answer instanceof Error) throw answer
      return answer
    },
  })
const expired = async (lookups: ChainLookups, fields: unknown = payment): Promise<boolean | undefined> =>
  xrp.transactions.expired?.(await planOf(fields), lookups, { raw: '', txId: TX })

const sent = (more: object, status: object = { validated: true }) => ({
  transactions: [{ ...status, tx: { Account: ACCOUNT, Sequence: payment.Sequence, hash: OTHER, ...more } }],
})

describe('XRP: when signed bytes can never become valid any more', () => {
  const later = LAST + 300

  it('once a ledger is validated that is well after the last one they fit into, and their sequence number is still free', async () => {
    const asked: string[] = []
    expect(await expired(network({ ledger: { ledger_index: later, validated: true } }, asked))).to.equal(true)
    expect(asked).to.deep.equal([`/v3/xrp/ledger/${later}`, `/v3/xrp/account/${ACCOUNT}`])
    expect(await expired(network({ ledger: { ledger_index: `${later}`, validated: true } }))).to.equal(true)
  })

  const unsure: Readonly<Record<string, unknown>> = {
    'a sequence number that is used up, perhaps by these bytes, in a ledger that the server has no more': accountWith({
      Sequence: payment.Sequence + 1,
    }),
    'a server that is behind': accountWith({}, later),
    'a server that does not say which ledger it is at': accountWith({}, null),
    'another account': accountWith({ Account: RECIPIENT }),
    'an answer that is none': 'maintenance',
  }
  for (const [title, account] of Object.entries(unsure)) {
    it(`not when the account is looked at and there is ${title}`, async () => {
      expect(await expired(network({ ledger: { ledger_index: later, validated: true }, account }))).to.equal(false)
    })
  }

  const doubtful: Readonly<Record<string, unknown>> = {
    'a node that is behind and has no such ledger': refusal(404),
    'an API that answers a missing ledger otherwise': refusal(400),
    'a ledger that is closed and not validated': { ledger_index: later, validated: false },
    'a ledger of which nobody says that it is validated': { ledger_index: later },
    'another ledger than was asked for': { ledger_index: LAST, validated: true },
    'an answer that is none': 'maintenance',
  }
  for (const [title, ledger] of Object.entries(doubtful)) {
    it(`not by ${title}`, async () => {
      expect(await expired(network({ ledger }))).to.equal(false)
    })
  }

  it('once another validated transaction of the account has their sequence number', async () => {
    const asked: string[] = []
    expect(await expired(network({ history: sent({}) }, asked))).to.equal(true)
    expect(asked[1]).to.equal(`/v3/xrp/account/tx/${ACCOUNT}`)
  })

  const unproven: Readonly<Record<string, unknown>> = {
    'the transaction itself': sent({ hash: TX }),
    'the transaction itself, written in lower case': sent({ hash: TX.toLowerCase() }),
    'one that is not validated yet': sent({}, { validated: false }),
    'one of which nobody says that it is validated': sent({}, {}),
    'one with another number': sent({ Sequence: payment.Sequence + 1 }),
    "another account's": sent({ Account: RECIPIENT }),
    'one without a hash': sent({ hash: undefined }),
    'a history that does not reach back so far': { transactions: [] },
    'an answer that is none': [],
  }
  for (const [title, history] of Object.entries(unproven)) {
    it(`not by ${title}`, async () => {
      expect(await expired(network({ history }))).to.equal(false)
    })
  }

  it('nothing is proven by an API that does not answer', async () => {
    const down = new KeywardError('API_UNREACHABLE', 'down')
    expect((await failureOf(expired(network({ ledger: down })))).code).to.equal('API_UNREACHABLE')
    expect((await failureOf(expired(network({ history: down })))).code).to.equal('API_UNREACHABLE')
  })

  it('a transaction without a last ledger is lost by its sequence number only; of one with a ticket nothing can be proven', async () => {
    const { LastLedgerSequence: _last, ...endless } = payment
    const asked: string[] = []
    expect(await expired(network({ history: sent({}) }, asked), endless)).to.equal(true)
    expect(asked).to.have.lengthOf(1)
    const ticket = { ...payment, Sequence: 0, TicketSequence: 7 }
    expect(await expired(network({ history: sent({ Sequence: 0 }) }), ticket)).to.equal(false)
    expect(await expired(network({ ledger: { ledger_index: later, validated: true } }), ticket)).to.equal(false)
  })
})
