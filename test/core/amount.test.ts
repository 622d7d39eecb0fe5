import { expect } from 'chai'
import fc from 'fast-check'
import { formatUnits, parseUnits } from '../../src/core/amount.js'

describe('amounts', () => {
  it('reads decimal coins into smallest units without rounding', () => {
    expect(parseUnits('0.000006', 8)).to.equal(600n)
    expect(parseUnits('1', 18)).to.equal(10n ** 18n)
    expect(parseUnits('+1.', 8)).to.equal(100_000_000n)
    expect(parseUnits('.5', 8)).to.equal(50_000_000n)
    expect(parseUnits('1.50000000000', 8)).to.equal(150_000_000n)
  })

  it('refuses what is not an amount, and decimals the asset does not have', () => {
    for (const text of ['', '.', '+', '-1', '1e3', '0x10', '1,5', ' 1', '1.000000001', 'NaN', '١']) {
      expect(() => parseUnits(text, 8), text)
        .to.throw()
        .with.property('code', 'TRANSACTION_MALFORMED')
    }
  })

  it('writes what it reads, for every amount and number of decimals', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n }), fc.integer({ min: 0, max: 30 }), (units, decimals) => {
        expect(parseUnits(formatUnits(units, decimals), decimals)).to.equal(units)
      }),
    )
  })
})
