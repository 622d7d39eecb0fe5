import { expect } from 'chai'
import { encode } from 'ripple-binary-codec'
import { splitFields } from '../../../src/chains/xrp/wire.js'
import { ISSUER, payment } from './fixtures.js'

const split = (hex: string) => splitFields(Buffer.from(hex, 'hex'))
const idsOf = (hex: string) => split(hex)?.map(({ id }) => id.toString(16).padStart(4, '0'))

describe('XRP: the parser of the verifier', () => {
  it('divides nested fields, paths and amounts of every kind as the codec wrote them', () => {
    const transaction = {
      ...payment,
      Amount: { currency: 'USD', issuer: ISSUER, value: '1' },
      SendMax: { mpt_issuance_id: `00000004${'A4'.repeat(20)}`, value: '7' },
      InvoiceID: 'AB'.repeat(32),
      Memos: [{ Memo: { MemoType: 'AB', MemoData: 'CD'.repeat(200) } }, { Memo: { MemoData: 'EF' } }],
      Paths: [[{ account: ISSUER }, { currency: 'USD', issuer: ISSUER }], [{ currency: 'XRP' }]],
      CredentialIDs: ['AB'.repeat(32), 'CD'.repeat(32)],
    }
    const hex = encode(transaction)
    const fields = split(hex) ?? []
    expect(
      Buffer.concat(fields.map(({ bytes }) => bytes))
        .toString('hex')
        .toUpperCase(),
    ).to.equal(hex)
    expect(idsOf(hex)).to.deep.equal('0102 0202 0204 021b 0511 0601 0608 0609 0801 0803 0f09 1201 1305'.split(' '))
  })

  it('divides contents whose length takes one, two and three bytes', () => {
    for (const length of [0, 192, 193, 12_480, 12_481, 20_000]) {
      const hex = encode({ TransactionType: 'AccountSet', Domain: 'AB'.repeat(length) })
      expect(split(hex)?.[1]?.content.length, String(length)).to.equal(length)
    }
  })

  it('refuses bytes that end early, types and lengths that do not exist, and numbers that are not in their short form', () => {
    const whole = encode({ ...payment, Memos: [{ Memo: { MemoData: 'CD' } }] })
    for (let cut = 2; cut < whole.length; cut += 2) {
      const fields = split(whole.slice(0, cut))
      if (fields !== undefined) expect(fields.at(-1)?.bytes.length).to.be.greaterThan(0)
    }
    const bad = [
      '12',
      '1200',
      '7703ABAB',
      '77FF',
      '00',
      '0000',
      '000801',
      '0B',
      'B1',
      'EA',
      'F9EA',
      '011201',
      '011202FF',
    ]
    for (const hex of bad) expect(split(hex), hex).to.equal(undefined)
    expect(split('EA'.repeat(9_000))).to.equal(undefined)
  })
})
