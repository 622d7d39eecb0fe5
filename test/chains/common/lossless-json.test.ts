import { expect } from 'chai'
import fc from 'fast-check'
import { JsonNumber, LosslessObject, parseLosslessObject } from '../../../src/chains/common/lossless-json.js'
import type { LosslessValue } from '../../../src/chains/common/lossless-json.js'
import { thrownBy } from '../../kit/chain-suite.js'

/** As JSON.parse would give it. */
function plain(value: LosslessValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text)
  if (value instanceof LosslessObject)
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
  return Array.isArray(value) ? value.map(plain) : value
}

const messageFor = async (text: string): Promise<string> => {
  const error = thrownBy(() => parseLosslessObject(text))
  expect(error.code).to.equal('TRANSACTION_MALFORMED')
  return error.message
}

describe('JSON without loss', () => {
  it('keeps every digit of a number, however large', () => {
    const digits = fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n })
    fc.assert(
      fc.property(digits, (number) => {
        expect(parseLosslessObject(`{"value" : ${number} }`).get('value')).to.deep.equal(
          new JsonNumber(number.toString()),
        )
      }),
    )
  })

  it('reads what JSON.parse reads, whatever the layout, the escapes and the names', () => {
    const json = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5 }), { noNullPrototype: true })
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (object, layout) => {
        const text = JSON.stringify(object, undefined, layout)
        expect(JSON.stringify(plain(parseLosslessObject(text)))).to.equal(JSON.stringify(JSON.parse(text)))
      }),
      { numRuns: 300 },
    )
  })

  it('finds the end of strings that hold quotation marks and backslashes', () => {
    const text = String.raw`{"a":"\\","b":"\"","c":"\\\"\\","d":"}]","e":"\u0022"}`
    expect(plain(parseLosslessObject(text))).to.deep.equal(JSON.parse(text))
  })

  it('takes a name like __proto__ for a name like any other', () => {
    const object = parseLosslessObject('{"__proto__":{"to":"0x00"},"constructor":1}')
    expect([...object.keys()]).to.deep.equal(['__proto__', 'constructor'])
    expect(object.get('to')).to.equal(undefined)
  })

  it('refuses a member that is named twice, because two readers could see two recipients', async () => {
    expect(await messageFor('{"to":"0x01","to":"0x02"}')).to.include('names "to" twice')
    expect(await messageFor(String.raw`{"to":"0x01","\u0074o":"0x02"}`)).to.include('names "to" twice')
    expect(await messageFor('{"accessList":[{"address":1,"address":2}]}')).to.include('names "address" twice')
  })

  it('refuses what is not an object', async () => {
    for (const text of ['[]', '"x"', '1', 'null', 'true'])
      expect(await messageFor(text)).to.include('not a JSON object')
  })

  it('refuses what is not JSON', async () => {
    for (const text of [
      '',
      '{',
      '{"a":01}',
      '{"a":1,}',
      "{'a':1}",
      '{"a":.5}',
      '{"a":+1}',
      '{"a":NaN}',
      '{"a":1}x',
      '{"a":"\n"}',
    ])
      expect(await messageFor(text)).to.include('is not JSON')
  })

  it('refuses nesting that could exhaust the stack', async () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    expect(await messageFor(deep)).to.include('nested too deeply')
  })
})
