import { expect } from 'chai'
import { nearest } from '../../src/core/nearest.js'

describe('nearest', () => {
  const known = ['generatewallet', 'generatemanagedwallet', 'getaddress', 'export', 'report', 'store check']

  it('finds the word behind a slip of the fingers', () => {
    expect(nearest('exprot', known)).to.equal('export')
    expect(nearest('getadress', known)).to.equal('getaddress')
    expect(nearest('GenerateWallet', known)).to.equal('generatewallet')
    expect(nearest('reports', known)).to.equal('report')
    expect(nearest('store chek', known)).to.equal('store check')
  })

  it('completes a beginning', () => {
    expect(nearest('generatem', known)).to.equal('generatemanagedwallet')
  })

  it('suggests nothing for what is far from every word', () => {
    expect(nearest('zzz', known)).to.equal(undefined)
    expect(nearest('', known)).to.equal(undefined)
    expect(nearest('x', [])).to.equal(undefined)
  })
})
