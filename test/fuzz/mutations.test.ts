import { expect } from 'chai'
import fc from 'fast-check'
import { jsonSpans } from './json-spans.js'
import { mutate, mutationArbitrary } from './mutations.js'

const TEXT = '{"to":"0x00ff","n":1,"list":[{"a":"AAEC"},true],"e":""}'
const OTHERS = ['{"other":[1,2]}', 'AAAA']
const once = (kind: Parameters<typeof mutate>[1][number]['kind'], at: number, pick = 0, size = 0): string =>
  mutate(TEXT, [{ kind, at, pick, size }], OTHERS)

describe('parts of a JSON text', () => {
  it('are found where they stand', () => {
    const { parts, values, strings } = jsonSpans(TEXT)
    const pieces = (spans: typeof parts): string[] => spans.map(({ start, end }) => TEXT.slice(start, end))
    expect(pieces(parts)).to.deep.equal([
      ...['"to":"0x00ff"', '"n":1', '"a":"AAEC"', '{"a":"AAEC"}', 'true', '"list":[{"a":"AAEC"},true]', '"e":""'],
    ])
    expect(pieces(values)).to.include.members(['1', 'true', '"AAEC"', TEXT])
    expect(pieces(strings)).to.deep.equal(['0x00ff', 'AAEC', ''])
  })

  it('are found without getting lost in a text of any length that is no JSON', () => {
    for (const piece of ['\\"', '"', '{', ']', '{"a":', '\\', ',:'])
      expect(() => jsonSpans(piece.repeat(100_000))).to.not.throw()
  })
})

describe('damage', () => {
  it('is what its name says', () => {
    expect(once('remove', 0)).to.equal('{"n":1,"list":[{"a":"AAEC"},true],"e":""}')
    expect(once('duplicate', 1)).to.equal('{"to":"0x00ff","n":1,"n":1,"list":[{"a":"AAEC"},true],"e":""}')
    expect(once('rename', 1)).to.equal('{"to":"0x00ff","__proto__":1,"list":[{"a":"AAEC"},true],"e":""}')
    expect(once('retype', 1)).to.include('"n":null')
    expect(once('bytes', 0, 1, 1)).to.include('"to":"0x02ff"')
    expect(once('addMember', 1)).to.include('[{"__proto__":null,"a"')
    expect(once('truncate', 5)).to.equal('{"to"')
  })

  it('leaves a text in the bounds of the API, whatever there is of it, and is the same every time', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(mutationArbitrary, { maxLength: 4 }), (text, mutations) => {
        const damaged = mutate(text, mutations, OTHERS)
        expect(damaged.length).to.be.at.most(2_000_000)
        expect(mutate(text, mutations, OTHERS)).to.equal(damaged)
      }),
    )
  })
})
