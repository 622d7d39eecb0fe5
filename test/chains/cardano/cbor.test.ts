import { expect } from 'chai'
import fc from 'fast-check'
import { readCbor } from '../../../src/chains/cardano/cbor-reader.js'
import type { CborValue } from '../../../src/chains/cardano/cbor-reader.js'
import { cborArray, cborBytes, cborMap, cborText } from '../../../src/chains/cardano/cbor-writer.js'

/** Values as plain JavaScript, for comparison. */
function plain(value: CborValue | undefined): unknown {
  switch (value?.type) {
    case 'integer':
    case 'text':
    case 'simple':
      return value.value
    case 'bytes':
      return value.value.toString('hex')
    case 'array':
      return value.items.map(plain)
    case 'map':
      return value.entries.map(([name, member]) => [plain(name), plain(member)])
    case 'tag':
      return { tag: value.tag, content: plain(value.content) }
    default:
      return 'unreadable'
  }
}
const read = (hex: string): unknown => plain(readCbor(Buffer.from(hex, 'hex')))

describe('CBOR: the reader', () => {
  // RFC 8949, appendix A.
  const examples: readonly [string, unknown][] = [
    ['00', 0n],
    ['17', 23n],
    ['1818', 24n],
    ['1903e8', 1000n],
    ['1a000f4240', 1000000n],
    ['1b000000e8d4a51000', 1000000000000n],
    ['1bffffffffffffffff', 18446744073709551615n],
    ['20', -1n],
    ['3903e7', -1000n],
    ['3bffffffffffffffff', -18446744073709551616n],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['40', ''],
    ['4401020304', '01020304'],
    ['60', ''],
    ['62c3bc', 'ü'],
    ['80', []],
    ['8301820203820405', [1n, [2n, 3n], [4n, 5n]]],
    ['a0', []],
    [
      'a201020304',
      [
        [1n, 2n],
        [3n, 4n],
      ],
    ],
    ['d74401020304', { tag: 23n, content: '01020304' }],
    ['d90102820102', { tag: 258n, content: [1n, 2n] }],
  ]
  for (const [hex, value] of examples) {
    it(`reads ${hex}`, () => {
      expect(read(hex)).to.deep.equal(value)
    })
  }

  it('refuses what has a second spelling, is cut off, or is more than one value', () => {
    for (const hex of [
      '',
      '1817',
      '190017',
      '19001a'.slice(0, 4),
      '1a0000ffff',
      '1b00000000ffffffff',
      '5801',
      '9f0102ff',
      'bf0102ff',
      '5f4101ff',
      '7f6161ff',
      '0000',
      '8101'.concat('02'),
      '820102'.slice(0, 4),
      'a201020103',
      'a1',
      'f0',
      'f814',
      'f818',
      'f90000',
      'fa47c35000',
      'fb3ff199999999999a',
      'ff',
      '1c',
      '61ff',
      'c0',
      '9b0000000100000000',
      '5affffffff',
      '81'.repeat(26),
    ]) {
      expect(read(hex), hex).to.equal('unreadable')
    }
  })

  it('reads what the writer writes, and keeps the bytes of every part', () => {
    const leaf = fc.oneof(
      fc
        .uint8Array({ maxLength: 70_000 })
        .map((bytes) => ({ cbor: cborBytes(bytes), value: Buffer.from(bytes).toString('hex') })),
      fc.stringMatching(/^[ -~]{0,300}$/).map((text) => ({ cbor: cborText(text), value: text })),
    )
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 300 }), (parts) => {
        const whole = readCbor(cborArray(parts.map(({ cbor }) => cbor)))
        expect(plain(whole)).to.deep.equal(parts.map(({ value }) => value))
        if (whole?.type !== 'array') throw new Error('it is a list')
        for (const [place, item] of whole.items.entries())
          expect(item.bytes.equals(parts[place]?.cbor ?? Buffer.alloc(0))).to.equal(true)
        const entries = parts.slice(0, 23).map(({ cbor }, name) => [name, cbor] as const)
        expect(plain(readCbor(cborMap(entries)))).to.deep.equal(
          parts.slice(0, 23).map(({ value }, name) => [BigInt(name), value]),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('answers for any bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readCbor(Buffer.from(bytes))),
      { numRuns: 2000 },
    )
  })
})
