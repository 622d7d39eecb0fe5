import { expect } from 'chai'
import fc from 'fast-check'
import { parseStrictJson } from '../../src/approval/strict-json.js'

describe('strict JSON', () => {
  it('reads what JSON.parse reads, when no object repeats a member', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(parseStrictJson(text)).to.deep.equal({ value: JSON.parse(text) as unknown })
      }),
    )
  })

  it('never reads an object that repeats a member, at any depth, in any spelling', () => {
    const spellings = ['"approved"', '"appr\\u006fved"', '"\\u0061pproved"', '"approve\\u0064"']
    fc.assert(
      fc.property(
        fc.constantFrom(...spellings),
        fc.constantFrom(...spellings),
        fc.jsonValue(),
        fc.array(fc.constantFrom('[@]', '[1,@,{"a":"}"}]', '{"x":@}', '{"a":{},"y":[@]}')),
        (first, second, between, wraps) => {
          const inner = `{${first}:false,"between":${JSON.stringify(between)}, ${second} :true}`
          const text = wraps.reduce((nested, wrap) => wrap.replace('@', () => nested), inner)
          expect(() => void JSON.parse(text)).not.to.throw()
          expect(parseStrictJson(text)).to.equal(undefined)
        },
      ),
    )
  })

  for (const text of [
    '{"a":1,"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '{"a":"a","b":"b"}',
    '{"a":"\\"a\\":","b":"{\\"b\\":1,\\"b\\":2}"}',
    '{"":1,"a":""}',
    '{"a":["a","a"]}',
    '{"__proto__":1,"constructor":2}',
  ]) {
    it(`reads ${text}: no object in it repeats a member`, () => {
      expect(parseStrictJson(text)).to.deep.equal({ value: JSON.parse(text) as unknown })
    })
  }

  for (const text of ['', ' ', '{', '{"a":1', 'yes', '{"a":1}{"a":1}', "{'a':1}", '{"a":1,}', '{"":1,"":2}']) {
    it(`does not read ${JSON.stringify(text)}`, () => {
      expect(parseStrictJson(text)).to.equal(undefined)
    })
  }

  it('is not brought down by depth', () => {
    const deep = '['.repeat(8000) + ']'.repeat(8000)
    expect(parseStrictJson(deep)).not.to.equal(undefined)
  })
})
