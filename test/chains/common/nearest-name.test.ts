import { expect } from 'chai'
import { nearestName } from '../../../src/chains/common/nearest-name.js'

const names = ['btc', 'bitcoin', 'eth', 'ethereum']

describe('the nearest name', () => {
  it('is the one that a mistyped text most likely means', () => {
    const meant = {
      btx: 'btc',
      BITCION: 'bitcoin',
      etherium: 'ethereum',
      bitcoins: 'bitcoin',
      et: 'eth',
      bct: undefined,
    }
    for (const [text, name] of Object.entries(meant)) expect(nearestName(text, names), text).to.equal(name)
  })

  it('is none when nothing is near', () => {
    for (const text of ['', 'dogecoin', 'x'.repeat(10_000), '🦄']) expect(nearestName(text, names)).to.equal(undefined)
    expect(nearestName('btc', [])).to.equal(undefined)
  })
})
