import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../../../src/core/errors.js'
import { cashReader } from '../../../../src/chains/bitcoin/bitcoin-cash/serialized-transaction.js'
import { definitions } from '../../../../src/chains/bitcoin/definition.js'
import { codeThrownBy, thrownBy } from '../../../kit/chain-suite.js'
import { spending } from './build.js'

const read = cashReader(definitions.find(({ code }) => code === 'BCH')!)
const text = spending(2)
const [hex, amounts] = text.split(':') as [string, string]

describe('the serializedTransaction of BCH', () => {
  it('is a transaction without signatures and the values it spends', () => {
    const { version, lockTime, inputs, outputs, txId } = read(text)
    expect([version, lockTime]).to.deep.equal([2, 0])
    expect(inputs).to.deep.equal([
      { txId: `${'0'.repeat(63)}1`, vout: 0, sequence: 0xffffffff, value: 10_000n },
      { txId: `${'0'.repeat(63)}2`, vout: 1, sequence: 0xffffffff, value: 10_000n },
    ])
    expect(outputs).to.deep.equal([{ value: 19_500n, script: Buffer.from(`76a914${'11'.repeat(20)}88ac`, 'hex') }])
    expect(txId).to.match(/^[0-9a-f]{64}$/)
  })

  it('may be written in upper case and have more values than inputs, as withdrawals do', () => {
    expect(read(`${hex.toUpperCase()}:[10000, 10000, 5, 0]`)).to.deep.equal(read(text))
  })

  it('keeps version 1, and has no others than the chain allows', () => {
    expect(read(spending(1, 1)).version).to.equal(1)
    for (const version of ['00000000', '03000000', 'ffffffff']) {
      expect(thrownBy(() => read(version + text.slice(8))).message).to.match(/version \d+ is not 1 or 2/)
    }
  })

  it('is refused when anything about it would have to be guessed', () => {
    const malformed = [
      '',
      ':',
      hex,
      amounts,
      `:${amounts}`,
      `${hex}:`,
      `${hex}:10000`,
      `${hex}:{}`,
      `${hex}:[]`,
      `${hex}:[10000]`,
      `${hex}:["10000","10000"]`,
      `${hex}:[10000.5,10000]`,
      `${hex}:[-1,10000]`,
      `${hex}:[10000,2100000000000001]`,
      `${hex}:[10000,null]`,
      `${hex}:[10000,10000`,
      `${hex}0:${amounts}`,
      `${hex}00:${amounts}`,
      `${hex.slice(0, -2)}:${amounts}`,
      ` ${text}`,
      `0x${text}`,
      // The same number of inputs in a longer spelling.
      `${hex.slice(0, 8)}fd0200${hex.slice(10)}:${amounts}`,
      // An output of more coins than exist, and a negative one.
      text.replace('2c4c000000000000', '0140075af0750700'),
      text.replace('2c4c000000000000', 'ffffffffffffffff'),
      // One output spent twice; no inputs; no outputs.
      text.replace(`02${'00'.repeat(31)}01000000`, `01${'00'.repeat(31)}00000000`),
      `02000000000${hex.slice(-77)}:[]`,
      `${hex.slice(0, 10 + 2 * 82)}0000000000:${amounts}`,
      // With a witness.
      `020000000001${hex.slice(8, -8)}010101010100000000:${amounts}`,
    ]
    for (const wrong of malformed)
      expect(
        codeThrownBy(() => read(wrong)),
        wrong,
      ).to.equal('TRANSACTION_MALFORMED')
  })

  it('is refused when it is signed in part', () => {
    const partly = text.replace('00000000' + '00' + 'ffffffff', '00000000' + '0151' + 'ffffffff')
    expect(partly).to.not.equal(text)
    expect(codeThrownBy(() => read(partly))).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('is refused with a KeywardError and nothing else, whatever the text', () => {
    const hexText = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('hex'))
    const cut = fc.tuple(fc.nat(hex.length), fc.nat(hex.length)).map(([from, to]) => hex.slice(0, from) + hex.slice(to))
    const json = fc.oneof(fc.json(), fc.constant(amounts))
    const garbage = fc.oneof(
      fc.string(),
      fc.tuple(fc.oneof(hexText, cut), json).map((parts) => parts.join(':')),
    )
    fc.assert(
      fc.property(garbage, (wrong) => {
        try {
          expect(read(wrong).inputs.length).to.be.greaterThan(0)
        } catch (thrown) {
          expect(thrown).to.be.instanceOf(KeywardError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
