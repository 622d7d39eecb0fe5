import { expect } from 'chai'
import type { ErrorCode } from '../../../src/core/errors.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import { ACCOUNT, ISSUER, payment, pendingOf, RECIPIENT, xrp } from './fixtures.js'

const read = (fields: unknown) => xrp.transactions.read(pendingOf(fields), 'testnet')
const usd = (value: string) => ({ currency: 'USD', issuer: ISSUER, value })

describe('XRP: reading a request', () => {
  const refused: Readonly<Record<string, { fields: unknown; code: ErrorCode }>> = {
    'text that is no JSON': { fields: 'nonsense', code: 'TRANSACTION_MALFORMED' },
    'an array': { fields: [payment], code: 'TRANSACTION_MALFORMED' },
    nothing: { fields: 'null', code: 'TRANSACTION_MALFORMED' },
    'a member that is named twice': {
      fields: JSON.stringify(payment).replace('{', `{"Destination":"${ISSUER}",`),
      code: 'TRANSACTION_MALFORMED',
    },
    'a member that the ledger does not know': { fields: { ...payment, Foo: 1 }, code: 'TRANSACTION_MALFORMED' },
    'a member that the codec would drop': {
      fields: { ...payment, destination: ISSUER },
      code: 'TRANSACTION_MALFORMED',
    },
    'a member of another type': { fields: { ...payment, SetFlag: 4 }, code: 'TRANSACTION_MALFORMED' },
    __proto__: {
      fields: JSON.stringify(payment).replace('{', '{"__proto__":{"a":1},'),
      code: 'TRANSACTION_MALFORMED',
    },
    'a payment without a recipient': { fields: { ...payment, Destination: null }, code: 'TRANSACTION_MALFORMED' },
    'a payment without an amount': { fields: { ...payment, Amount: undefined }, code: 'TRANSACTION_MALFORMED' },
    'no sequence number': { fields: { ...payment, Sequence: undefined }, code: 'TRANSACTION_MALFORMED' },
    'sequence 0 without a ticket': { fields: { ...payment, Sequence: 0 }, code: 'TRANSACTION_MALFORMED' },
    'a ticket and a sequence number': { fields: { ...payment, TicketSequence: 3 }, code: 'TRANSACTION_MALFORMED' },
    'a sequence number as text, which the codec would cut at the letter': {
      fields: { ...payment, Sequence: '12abc' },
      code: 'TRANSACTION_MALFORMED',
    },
    'a sequence number beyond 32 bits': { fields: { ...payment, Sequence: 2 ** 32 }, code: 'TRANSACTION_MALFORMED' },
    'a fee in hexadecimal': { fields: { ...payment, Fee: '0x10' }, code: 'TRANSACTION_MALFORMED' },
    'no fee': { fields: { ...payment, Fee: undefined }, code: 'TRANSACTION_MALFORMED' },
    'a negative amount': { fields: { ...payment, Amount: '-1' }, code: 'TRANSACTION_MALFORMED' },
    'an amount that is a JSON number': { fields: { ...payment, Amount: 1 }, code: 'TRANSACTION_MALFORMED' },
    'an amount in whole XRP': { fields: { ...payment, Amount: '1.5' }, code: 'TRANSACTION_MALFORMED' },
    'an amount in hexadecimal': { fields: { ...payment, Amount: '0x10' }, code: 'TRANSACTION_MALFORMED' },
    'an amount with an exponent': { fields: { ...payment, Amount: '1e6' }, code: 'TRANSACTION_MALFORMED' },
    'an amount of NaN': { fields: { ...payment, Amount: 'NaN' }, code: 'TRANSACTION_MALFORMED' },
    'an issued amount of NaN': { fields: { ...payment, Amount: usd('NaN') }, code: 'TRANSACTION_MALFORMED' },
    'an issued amount below zero': { fields: { ...payment, Amount: usd('-5') }, code: 'TRANSACTION_MALFORMED' },
    'an issued amount with more than 16 digits': {
      fields: { ...payment, Amount: usd('1.00000000000000001') },
      code: 'TRANSACTION_MALFORMED',
    },
    'an issued amount with a member too many': {
      fields: { ...payment, Amount: { ...usd('5'), note: 1 } },
      code: 'TRANSACTION_MALFORMED',
    },
    'a wrong checksum': {
      fields: { ...payment, Destination: `${RECIPIENT.slice(0, -1)}j` },
      code: 'TRANSACTION_MALFORMED',
    },
    'an X-address, which hides a tag and a network': {
      fields: { ...payment, Destination: 'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi' },
      code: 'TRANSACTION_MALFORMED',
    },
    'a tag beyond 32 bits': { fields: { ...payment, DestinationTag: 2 ** 32 }, code: 'TRANSACTION_MALFORMED' },
    'a tag as text': { fields: { ...payment, DestinationTag: '5' }, code: 'TRANSACTION_MALFORMED' },
    'a memo with an unknown member': {
      fields: { ...payment, Memos: [{ Memo: { MemoData: 'AB', memodata: 'CD' } }] },
      code: 'TRANSACTION_MALFORMED',
    },
    'a memo that is no hexadecimal': {
      fields: { ...payment, Memos: [{ Memo: { MemoData: 'hello' } }] },
      code: 'TRANSACTION_MALFORMED',
    },
    'a signature': { fields: { ...payment, TxnSignature: '00' }, code: 'TRANSACTION_UNSUPPORTED' },
    'a public key': { fields: { ...payment, SigningPubKey: '' }, code: 'TRANSACTION_UNSUPPORTED' },
    'several signers': { fields: { ...payment, Signers: [] }, code: 'TRANSACTION_UNSUPPORTED' },
    'another ledger’s id': { fields: { ...payment, NetworkID: 21_338 }, code: 'TRANSACTION_UNSUPPORTED' },
    'a delegate': { fields: { ...payment, Delegate: ISSUER }, code: 'TRANSACTION_UNSUPPORTED' },
    'a type of the future': { fields: { ...payment, TransactionType: 'Teleport' }, code: 'TRANSACTION_UNSUPPORTED' },
    'a pseudo-transaction': { fields: { ...payment, TransactionType: 'SetFee' }, code: 'TRANSACTION_UNSUPPORTED' },
    'a batch of others': { fields: { ...payment, TransactionType: 'Batch' }, code: 'TRANSACTION_UNSUPPORTED' },
    'no type': { fields: { ...payment, TransactionType: undefined }, code: 'TRANSACTION_MALFORMED' },
  }
  for (const [what, { fields, code }] of Object.entries(refused)) {
    it(`refuses ${what}`, () => expect(codeThrownBy(() => read(fields))).to.equal(code))
  }

  it('refuses text that is too long or nested too deeply, without a crash', () => {
    const deep = `${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}`
    for (const text of [deep, '['.repeat(90_000), JSON.stringify({ ...payment, Memos: 'A'.repeat(200_000) })]) {
      expect(codeThrownBy(() => read(text))).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('repeats no value in its refusals', () => {
    const error = thrownBy(() => read({ ...payment, Amount: 'secret-looking' }))
    expect(JSON.stringify(error)).to.not.include('secret-looking')
  })

  it('needs a wallet', () => {
    const pending = pendingOf(payment, { hashes: [] })
    expect(codeThrownBy(() => xrp.transactions.read(pending, 'testnet'))).to.equal('TRANSACTION_MALFORMED')
  })

  it('takes the wallet from `signatures` where `hashes` names none', () => {
    const id = pendingOf(payment).hashes[0]
    const pending = pendingOf(payment, { hashes: [], signatures: [{ id, index: 4 }] })
    expect(xrp.transactions.read(pending, 'testnet').signers).to.deep.equal([{ signatureId: id }])
  })

  it('reads the same content in another spelling as the same bytes', () => {
    const amount = { ...usd('100.25') }
    const [plain, ...others] = [
      { ...payment, Amount: amount, Memos: [{ Memo: { MemoData: 'AB' } }] },
      { ...payment, Amount: usd('100.2500'), Memos: [{ Memo: { MemoData: 'ab' } }], DestinationTag: null },
      { ...payment, Amount: usd('1.0025e2'), Memos: [{ Memo: { MemoData: 'AB' } }] },
      {
        ...payment,
        Amount: { ...amount, currency: '0000000000000000000000005553440000000000' },
        Memos: [{ Memo: { MemoData: 'AB' } }],
      },
    ].map((fields) => read(fields))
    for (const other of others) expect({ ...other, signers: plain?.signers }).to.deep.equal(plain)
  })

  it('names the account, so that its transactions stay in order', () => {
    const input = {
      pending: pendingOf(payment),
      network: 'testnet' as const,
      request: read(payment),
      wallets: new Map(),
    }
    expect(xrp.transactions.accounts(input)).to.deep.equal([ACCOUNT])
  })
})
