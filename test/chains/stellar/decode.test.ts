import {
  Asset,
  Claimant,
  Contract,
  LiquidityPoolAsset,
  Memo,
  MuxedAccount,
  Account,
  nativeToScVal,
  Operation,
} from '@stellar/stellar-base'
import { expect } from 'chai'
import { ACCOUNT, bump, ISSUER, OTHER, RECIPIENT, stellar, summaryOf, planOf, transactionOf } from './fixtures.js'

const EURT = new Asset('EURT', ISSUER)
const token = `token EURT:${ISSUER}`
const FEE = 'fee at most 0.00001 XLM'
const muxed = new MuxedAccount(new Account(RECIPIENT, '0'), '18446744073709551615').accountId()

describe('XLM: what an approver reads', () => {
  const cases: Readonly<Record<string, { operation: Parameters<typeof transactionOf>[0][number]; says: string }>> = {
    'a payment to a muxed account, with the number it is booked by': {
      operation: Operation.payment({ destination: muxed, asset: Asset.native(), amount: '922337203685.4775807' }),
      says: `pay 922337203685.4775807 XLM to ${RECIPIENT} (memo "18446744073709551615")`,
    },
    'a payment from another account than the transaction’s': {
      operation: Operation.payment({ destination: RECIPIENT, asset: EURT, amount: '1', source: OTHER }),
      says: `pay 1 ${token} to ${RECIPIENT}`,
    },
    'a payment through the exchange by what is sent': {
      operation: Operation.pathPaymentStrictSend({
        sendAsset: Asset.native(),
        sendAmount: '5',
        destination: RECIPIENT,
        destAsset: EURT,
        destMin: '0.0000001',
        path: [new Asset('ABC', OTHER)],
      }),
      says: `pay 5 XLM to ${RECIPIENT}; pathPaymentStrictSend by ${ACCOUNT} (destAsset EURT:${ISSUER}, destMin 0.0000001, path [ABC:${OTHER}])`,
    },
    'a payment through the exchange by the most that is sent': {
      operation: Operation.pathPaymentStrictReceive({
        sendAsset: EURT,
        sendMax: '1000000',
        destination: RECIPIENT,
        destAsset: Asset.native(),
        destAmount: '1',
        path: [],
      }),
      says: `pay 1000000 ${token} to ${RECIPIENT}; pathPaymentStrictReceive by ${ACCOUNT} (destAsset native, destAmount 1.0000000, path [])`,
    },
    'an account that gives itself away': {
      operation: Operation.setOptions({ masterWeight: 0, signer: { ed25519PublicKey: OTHER, weight: 1 } }),
      says: `setOptions by ${ACCOUNT} (masterWeight 0, signer {ed25519PublicKey: ${OTHER}, weight: 1})`,
    },
    'an account that is merged away': {
      operation: Operation.accountMerge({ destination: RECIPIENT }),
      says: `accountMerge by ${ACCOUNT} (destination ${RECIPIENT})`,
    },
    'an order': {
      operation: Operation.manageSellOffer({ selling: EURT, buying: Asset.native(), amount: '10', price: '0.5' }),
      says: `manageSellOffer by ${ACCOUNT} (selling EURT:${ISSUER}, buying native, amount 10.0000000, price 0.5, offerId 0)`,
    },
    'a balance that somebody may claim': {
      operation: Operation.createClaimableBalance({
        asset: EURT,
        amount: '3',
        claimants: [new Claimant(RECIPIENT), new Claimant(OTHER, Claimant.predicateBeforeAbsoluteTime('1'))],
      }),
      says: `pay 3 ${token} to ${RECIPIENT} or ${OTHER}; createClaimableBalance by ${ACCOUNT} (claimants [${RECIPIENT}, ${OTHER} under the condition 000000040000000000000001])`,
    },
    'a share in a pool': {
      operation: Operation.changeTrust({ asset: new LiquidityPoolAsset(Asset.native(), EURT, 30), limit: '7' }),
      says: `changeTrust by ${ACCOUNT} (line pool of native and EURT:${ISSUER} with fee 30, limit 7.0000000)`,
    },
    data: {
      operation: Operation.manageData({ name: 'note', value: 'hi' }),
      says: `manageData by ${ACCOUNT} (name note, value 0x6869)`,
    },
    'a name that would break a log line': {
      operation: Operation.manageData({ name: 'a\nb', value: null }),
      says: `manageData by ${ACCOUNT} (name 0x610a62)`,
    },
    'a contract call, of which it says what it cannot explain': {
      operation: new Contract('CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE').call(
        'transfer',
        nativeToScVal(5),
      ),
      says: `call transfer on CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE (68 bytes) with 0 XLM`,
    },
  }
  for (const [what, { operation, says }] of Object.entries(cases)) {
    it(`explains ${what}`, async () => {
      const summary = await summaryOf(transactionOf([operation]))
      const rest = what.startsWith('a contract') ? '; NOT DECODED: what the call transfer with 68 bytes does' : ''
      expect(summary).to.equal(`${says}; ${FEE}${rest}`)
    })
  }

  it('explains every kind of operation that the library can build, or says what it cannot explain', async () => {
    const operations = [
      Operation.inflation({}),
      Operation.endSponsoringFutureReserves({}),
      Operation.beginSponsoringFutureReserves({ sponsoredId: OTHER }),
      Operation.revokeAccountSponsorship({ account: OTHER }),
      Operation.clawback({ asset: EURT, amount: '1', from: OTHER }),
      Operation.setTrustLineFlags({ trustor: OTHER, asset: EURT, flags: { authorized: true } }),
      Operation.liquidityPoolWithdraw({
        liquidityPoolId: 'ab'.repeat(32),
        amount: '1',
        minAmountA: '2',
        minAmountB: '3',
      }),
      Operation.uploadContractWasm({ wasm: Buffer.alloc(40) }),
      Operation.restoreFootprint({}),
    ]
    const intent = stellar.transactions.decode(await planOf(transactionOf(operations)), new Map())
    expect(intent.actions).to.have.lengthOf(operations.length)
    expect(intent.undecoded).to.deep.equal(['what the 48 bytes of code do'])
    expect(intent.actions[5]).to.deep.include({
      details: { asset: `EURT:${ISSUER}`, trustor: OTHER, flags: '{authorized: true}' },
    })
  })

  it('shows the memo on payments, and by itself where there is none', async () => {
    const payment = Operation.payment({ destination: RECIPIENT, asset: Asset.native(), amount: '1' })
    const memos = {
      text: [Memo.text('order 42'), 'order 42'],
      id: [Memo.id('0'), '0'],
      hash: [Memo.hash('ab'.repeat(32)), `0x${'ab'.repeat(32)}`],
      return: [Memo.return('cd'.repeat(32)), `0x${'cd'.repeat(32)}`],
    } as const
    for (const [type, [memo, text]] of Object.entries(memos)) {
      expect(await summaryOf(transactionOf([payment], { memo }))).to.equal(
        `pay 1 XLM to ${RECIPIENT} (memo "${text}"); ${FEE}`,
      )
      expect(await summaryOf(transactionOf([bump('5')], { memo }))).to.equal(
        `bumpSequence by ${ACCOUNT} (bumpTo 5); memo by ${ACCOUNT} (${type} ${text}); ${FEE}`,
      )
    }
    const unprintable = new Memo('text', Buffer.from([0xff, 0x0a]))
    expect(await summaryOf(transactionOf([payment], { memo: unprintable }))).to.include('(memo "0xff0a")')
  })
})
