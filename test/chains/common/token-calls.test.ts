import { expect } from 'chai'
import { AbiCoder, Interface } from 'ethers'
import fc from 'fast-check'
import { decodeArguments } from '../../../src/chains/common/abi-arguments.js'
import { decodeTokenCall } from '../../../src/chains/common/token-calls.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import type { IntentAction } from '../../../src/core/intent.js'

const [ME, YOU, THEM] = ['aa', 'cc', 'dd'].map((byte) => `0x${byte.repeat(20)}`) as [string, string, string]
const CONTRACT = `0x${'bb'.repeat(20)}`
const erc721 = new Interface([
  'function safeTransferFrom(address from, address to, uint256 tokenId)',
  'function safeTransferFrom(address from, address to, uint256 tokenId, bytes data)',
])
const erc1155 = new Interface([
  'function safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data)',
  'function safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, bytes data)',
  'function setApprovalForAll(address operator, bool approved)',
])

const asset = { chain: chainCodeSchema.parse('ETH'), contract: CONTRACT }
const decode = (data: string): IntentAction | undefined => decodeTokenCall(data, ME, asset)
const transferOf = (details: Record<string, string>): object => ({
  ...{ type: 'operation', from: ME, name: 'token transfer' },
  details: { contract: CONTRACT, from: THEM, to: YOU, ...details },
})

describe('calls of tokens that are no coins', () => {
  const uint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
  const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array).toString('hex'))

  it('are told as the transfer of one token of ERC-721', () => {
    fc.assert(
      fc.property(uint, bytes, (id, data) => {
        const short = erc721.encodeFunctionData('safeTransferFrom(address,address,uint256)', [THEM, YOU, id])
        expect(decode(short)).to.deep.equal(transferOf({ 'token id': id.toString() }))
        const signature = 'safeTransferFrom(address,address,uint256,bytes)'
        const long = erc721.encodeFunctionData(signature, [THEM, YOU, id, `0x${data}`])
        const text = data === '' ? 'none' : `0x${data}`
        expect(decode(long)).to.deep.equal(transferOf({ 'token id': id.toString(), data: text }))
      }),
    )
  })

  it('are told as the transfer of some of one kind, or of many kinds, of ERC-1155', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(uint, uint), { maxLength: 8 }), uint, uint, (kinds, id, amount) => {
        const one = erc1155.encodeFunctionData('safeTransferFrom', [THEM, YOU, id, amount, '0x'])
        const said = { 'token id': id.toString(), amount: amount.toString(), data: 'none' }
        expect(decode(one)).to.deep.equal(transferOf(said))
        const columns = [kinds.map(([first]) => first), kinds.map(([, second]) => second)]
        const many = erc1155.encodeFunctionData('safeBatchTransferFrom', [THEM, YOU, ...columns, '0x01'])
        const tokens = kinds.map(([first, second]) => `${second} of token id ${first}`).join('; ')
        expect(decode(many)).to.deep.equal(transferOf({ tokens, data: '0x01' }))
      }),
    )
  })

  it('say plainly that somebody may move everything', () => {
    for (const [approved, words] of [
      [true, 'may move ALL tokens of this contract'],
      [false, 'may no longer move tokens of this contract'],
    ] as const) {
      const action = decode(erc1155.encodeFunctionData('setApprovalForAll', [YOU, approved]))
      expect(action).to.deep.include({ name: 'setApprovalForAll' })
      expect(action)
        .to.have.property('details')
        .that.deep.equals({ contract: CONTRACT, operator: YOU, 'from now on': words })
    }
  })

  it('are not explained when a contract might read them otherwise', () => {
    const batch = erc1155.encodeFunctionData('safeBatchTransferFrom', [THEM, YOU, [1n, 2n], [3n, 4n], '0x0102'])
    const uneven = erc1155.encodeFunctionData('safeBatchTransferFrom', [THEM, YOU, [1n], [3n, 4n], '0x'])
    const word = (place: number): number => 10 + place * 64
    const changed = (place: number, digits: string): string =>
      batch.slice(0, word(place)) + digits.padStart(64, '0') + batch.slice(word(place + 1))
    for (const data of [
      uneven,
      `${batch}00`,
      batch.slice(0, -64),
      batch.slice(0, 10),
      changed(0, `1${'dd'.repeat(20)}`), // stray bits before an address
      changed(2, 'c0'), // the arrays in another place
      changed(5, 'f'.repeat(64)), // an array without end
      `${batch.slice(0, -2)}01`, // padding that is none
      erc1155.encodeFunctionData('setApprovalForAll', [YOU, true]).replace(/1$/, '2'),
    ]) {
      expect(decode(data), data).to.equal(undefined)
    }
  })

  it('are read as another library writes them, and anything else is refused without a crash', () => {
    const types = ['address', 'uint256', 'bool', 'bytes', 'uint256[]'] as const
    fc.assert(
      fc.property(uint, fc.boolean(), bytes, fc.array(uint, { maxLength: 5 }), (number, flag, data, list) => {
        const encoded = AbiCoder.defaultAbiCoder()
          .encode([...types], [YOU, number, flag, `0x${data}`, list])
          .slice(2)
        expect(decodeArguments(types, encoded)).to.deep.equal([YOU, number, flag, data, list])
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const hex = Buffer.from(noise).toString('hex')
        const read = decodeArguments(types, hex)
        if (read !== undefined) expect(hex.length % 64).to.equal(0)
      }),
    )
  })
})
