import { expect } from 'chai'
import fc from 'fast-check'
import { amountNumber, amountText, coinNumber, decimalText } from '../../src/sandbox/amounts.js'

const MAX_SATOSHIS = 2_100_000_000_000_000n

describe('amounts of the API', () => {
  it('carry every number of satoshi through a JSON number without loss', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, MAX_SATOSHIS), (satoshis) => {
        const travelled: unknown = JSON.parse(JSON.stringify(coinNumber(satoshis, 8)))
        expect(amountNumber(8).parse(travelled)).to.equal(satoshis)
      }),
    )
  })

  it('are written without an exponent, however small or large', () => {
    expect(decimalText(0.000006)).to.equal('0.000006')
    expect(decimalText(1e-8)).to.equal('0.00000001')
    expect(decimalText(1.5e-7)).to.equal('0.00000015')
    expect(decimalText(1.25e21)).to.equal('1250000000000000000000')
    expect(decimalText(21000000)).to.equal('21000000')
  })

  it('are refused as numbers with more decimals than the coin has, with a sign, or as text', () => {
    for (const value of [0.000000001, 1.123456789, -1, Number.NaN, '1']) {
      expect(amountNumber(8).safeParse(value).success, String(value)).to.equal(false)
    }
  })

  it('are accepted as text with a plus, without digits before or after the point, and refused with minus or exponent', () => {
    expect(['+1', '1.', '.5'].map((text) => amountText(8).parse(text))).to.deep.equal([
      100_000_000n,
      100_000_000n,
      50_000_000n,
    ])
    for (const text of ['-1', '1e3', '', '.', '1,5', '0x10', '1'.repeat(39)]) {
      expect(amountText(8).safeParse(text).success, text).to.equal(false)
    }
  })
})
