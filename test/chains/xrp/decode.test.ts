import { expect } from 'chai'
import { intentJson } from '../../../src/core/intent.js'
import { ACCOUNT, ISSUER, payment, planOf, RECIPIENT, summaryOf, xrp } from './fixtures.js'

const common = { Account: ACCOUNT, Fee: '10', Sequence: 7 }
const usd = (value: string) => ({ currency: 'USD', issuer: ISSUER, value })
const ID = 'AB'.repeat(32)

describe('XRP: what an approver reads', () => {
  const cases: Readonly<Record<string, { fields: unknown; says: string }>> = {
    'a payment with a tag': {
      fields: { ...payment, DestinationTag: 0 },
      says: `pay 12.5 XRP to ${RECIPIENT} (memo "0"); fee 0.000012 XRP`,
    },
    'the smallest and the largest issued amount': {
      fields: { ...payment, Amount: usd('9999999999999999e80'), SendMax: usd('1e-81') },
      says: `pay 0.${'0'.repeat(80)}1 token USD.${ISSUER} to ${RECIPIENT}; Payment by ${ACCOUNT} (Amount 9999999999999999${'0'.repeat(80)} USD.${ISSUER}); fee 0.000012 XRP`,
    },
    'a payment through the exchange by what the sender may lose': {
      fields: { ...payment, Amount: usd('1'), SendMax: '5000000000', Flags: 0x00020000 },
      says: `pay 5000 XRP to ${RECIPIENT}; Payment by ${ACCOUNT} (Amount 1 USD.${ISSUER}, Flags PartialPayment: the recipient may get less); fee 0.000012 XRP`,
    },
    'a payment of a multi-purpose token': {
      fields: { ...payment, Amount: { mpt_issuance_id: `00000004${'A4'.repeat(20)}`, value: '7' } },
      says: `pay 7 units of token 00000004${'A4'.repeat(20)} to ${RECIPIENT}; fee 0.000012 XRP`,
    },
    'a memo that is no text': {
      fields: { ...payment, Memos: [{ Memo: { MemoData: 'FF00' } }, { Memo: { MemoData: '6869' } }] },
      says: `pay 12.5 XRP to ${RECIPIENT}; Memo by ${ACCOUNT} (MemoData 0xFF00); Memo by ${ACCOUNT} (MemoData "hi"); fee 0.000012 XRP`,
    },
    'a setting that gives the account away': {
      fields: { ...common, TransactionType: 'SetRegularKey', RegularKey: RECIPIENT },
      says: `SetRegularKey by ${ACCOUNT} (RegularKey ${RECIPIENT}); fee 0.00001 XRP`,
    },
    'a setting that locks the account': {
      fields: { ...common, TransactionType: 'AccountSet', SetFlag: 4, Flags: 0x80010000 },
      says: `AccountSet by ${ACCOUNT} (SetFlag 4 DisableMaster, Flags RequireDestTag); fee 0.00001 XRP`,
    },
    'a deletion': {
      fields: { ...common, TransactionType: 'AccountDelete', Destination: RECIPIENT, Fee: '200000' },
      says: `AccountDelete by ${ACCOUNT} (Destination ${RECIPIENT}); fee 0.2 XRP`,
    },
    'an order': {
      fields: {
        ...common,
        TransactionType: 'OfferCreate',
        TakerGets: '1000000',
        TakerPays: usd('2.5'),
        Flags: 0x90000,
      },
      says: `OfferCreate by ${ACCOUNT} (TakerPays 2.5 USD.${ISSUER}, TakerGets 1 XRP, Flags Passive, Sell); fee 0.00001 XRP`,
    },
    'a check': {
      fields: { ...common, TransactionType: 'CheckCreate', Destination: RECIPIENT, SendMax: '1', InvoiceID: ID },
      says: `CheckCreate by ${ACCOUNT} (InvoiceID ${ID}, SendMax 0.000001 XRP, Destination ${RECIPIENT}); fee 0.00001 XRP`,
    },
    'several signers for the account': {
      fields: {
        ...common,
        TransactionType: 'SignerListSet',
        SignerQuorum: 2,
        SignerEntries: [{ SignerEntry: { Account: RECIPIENT, SignerWeight: 2 } }],
      },
      says: `SignerListSet by ${ACCOUNT} (SignerQuorum 2, SignerEntries [{"SignerEntry":{"SignerWeight":2,"Account":"${RECIPIENT}"}}]); fee 0.00001 XRP`,
    },
    'a bit that has no name': {
      fields: { ...payment, Flags: 0x80000001 },
      says: `pay 12.5 XRP to ${RECIPIENT}; Payment by ${ACCOUNT} (Flags 0x1); fee 0.000012 XRP`,
    },
  }
  for (const [what, { fields, says }] of Object.entries(cases)) {
    it(`explains ${what}`, async () => expect(await summaryOf(fields)).to.equal(says))
  }

  it('counts issued amounts in units that hold every digit', async () => {
    const intent = xrp.transactions.decode(await planOf({ ...payment, Amount: usd('100.25') }), new Map())
    const [transfer] = intent.actions
    expect(transfer).to.deep.include({ amount: 10_025n * 10n ** 94n })
    expect(intentJson(intent)).to.have.property('summary')
  })

  it('uses up the sequence number, or a ticket in no order', async () => {
    expect((await planOf(payment)).account).to.deep.equal({ address: ACCOUNT, sequence: '45' })
    expect((await planOf({ ...payment, Sequence: 0, TicketSequence: 9 })).account).to.equal(undefined)
  })
})
