import { expect } from 'chai'
import { encodeRlp as ethersRlp } from 'ethers'
import type { RlpStructuredData } from 'ethers'
import fc from 'fast-check'
import { encodeRlp, minimalBytes } from '../../../src/chains/common/rlp.js'
import type { RlpItem } from '../../../src/chains/common/rlp.js'

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
const spelled = (item: RlpItem): RlpStructuredData =>
  item instanceof Uint8Array ? hex(item) : item.map((element) => spelled(element))

describe('RLP', () => {
  it('encodes the examples of the Ethereum documentation', () => {
    const text = (value: string): Buffer => Buffer.from(value, 'ascii')
    const examples: [RlpItem, string][] = [
      [text('dog'), '83646f67'],
      [[text('cat'), text('dog')], 'c88363617483646f67'],
      [text(''), '80'],
      [[], 'c0'],
      [Buffer.of(0), '00'],
      [Buffer.of(15), '0f'],
      [Buffer.of(4, 0), '820400'],
      [[[], [[]], [[], [[]]]], 'c7c0c1c0c3c0c1c0'],
      [
        text('Lorem ipsum dolor sit amet, consectetur adipisicing elit'),
        'b838' + text('Lorem ipsum dolor sit amet, consectetur adipisicing elit').toString('hex'),
      ],
    ]
    for (const [item, encoded] of examples) expect(encodeRlp(item).toString('hex')).to.equal(encoded)
  })

  it('encodes any nesting as ethers does', () => {
    const { item } = fc.letrec<{ item: RlpItem; list: RlpItem }>((tie) => ({
      item: fc.oneof({ depthSize: 'small' }, fc.uint8Array({ maxLength: 80 }), tie('list')),
      list: fc.array(tie('item'), { maxLength: 6 }),
    }))
    fc.assert(
      fc.property(item, (value) => {
        expect(hex(encodeRlp(value))).to.equal(ethersRlp(spelled(value)))
      }),
      { numRuns: 300 },
    )
  })

  it('encodes every length around the places where the header grows', () => {
    for (const length of [0, 1, 2, 55, 56, 255, 256, 257, 65_535, 65_536, 1_000_000, 16_777_216]) {
      const bytes = Buffer.alloc(length, 0x7f)
      const header = encodeRlp(bytes).subarray(0, 5).toString('hex')
      if (length <= 65_536) expect(hex(encodeRlp(bytes))).to.equal(ethersRlp(hex(bytes)))
      if (length === 1_000_000) expect(header).to.equal('ba0f42407f')
      if (length === 16_777_216) expect(header).to.equal('bb01000000')
      const inList = hex(encodeRlp([bytes]))
      if (length <= 65_536) expect(inList).to.equal(ethersRlp([hex(bytes)]))
    }
  })

  it('knows the shortest form of a number', () => {
    for (const [number, digits] of [
      [0n, ''],
      [1n, '01'],
      [127n, '7f'],
      [256n, '0100'],
      [2n ** 256n - 1n, 'ff'.repeat(32)],
    ] as const)
      expect(minimalBytes(number).toString('hex')).to.equal(digits)
  })
})
