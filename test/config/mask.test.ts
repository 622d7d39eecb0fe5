import { expect } from 'chai'
import { maskSecret } from '../../src/config/index.js'

describe('config: masks', () => {
  it('show that something is set, and neither a character nor the length of it', () => {
    expect(maskSecret(undefined)).to.equal('N/A')
    expect(maskSecret('')).to.equal('N/A')
    expect(maskSecret('a')).to.equal(maskSecret('correct horse battery staple'))
    expect(maskSecret('secret')).to.match(/^\*+$/)
  })
})
