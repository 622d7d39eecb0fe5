import { expect } from 'chai'
import fc from 'fast-check'
import { canonicalJson } from '../../src/core/json.js'
import type { JsonObject } from '../../src/core/json.js'

describe('canonical JSON', () => {
  it('gives one text for one value, whatever the order of members', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'x'], skip: undefined })).to.equal('{"a":[true,null,"x"],"b":1}')
    const members = fc.uniqueArray(fc.tuple(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.maxSafeInteger())), {
      selector: ([key]) => key,
    })
    fc.assert(
      fc.property(members, (entries) => {
        const forward: JsonObject = Object.fromEntries(entries)
        const backward: JsonObject = Object.fromEntries([...entries].reverse())
        expect(canonicalJson(forward)).to.equal(canonicalJson(backward))
        expect(JSON.parse(canonicalJson(forward))).to.deep.equal(forward)
      }),
    )
  })

  it('refuses numbers that lose digits', () => {
    for (const number of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => canonicalJson({ number })).to.throw(RangeError)
  })
})
