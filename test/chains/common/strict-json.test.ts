import { expect } from 'chai'
import fc from 'fast-check'
import { parseStrictJson } from '../../../src/chains/common/strict-json.js'
import { codeThrownBy } from '../../kit/chain-suite.js'

describe('strict JSON', () => {
  it('reads what JSON.parse reads, whatever is in the strings', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parseStrictJson(text, 1_000_000)).to.deep.equal(JSON.parse(text))
      }),
    )
    const text = String.raw`{ "a\":" : "b\\", "c" : ["\"d\":"], "":{"a\":":1} }`
    expect(parseStrictJson(text, 100)).to.deep.equal(JSON.parse(text))
  })

  it('refuses a member that is named twice, in any depth and spelling', () => {
    for (const text of [
      '{"a":1,"a":1}',
      '[{"b":{"a":1,"x":[],"a":2}}]',
      String.raw`{"a":1,"\u0061":2}`,
      '{"a" :1,"a"\n:2}',
    ]) {
      expect(
        codeThrownBy(() => parseStrictJson(text, 100)),
        text,
      ).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('refuses what is no JSON, too long, or nested too deeply', () => {
    const deep = `${'['.repeat(17)}${']'.repeat(17)}`
    for (const text of ['', '{', '{a:1}', '01', deep, `"${'x'.repeat(200)}"`, '['.repeat(100_000)]) {
      expect(
        codeThrownBy(() => parseStrictJson(text, 100)),
        text.slice(0, 20),
      ).to.equal('TRANSACTION_MALFORMED')
    }
  })
})
