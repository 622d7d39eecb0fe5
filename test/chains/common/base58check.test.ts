import { address } from 'bitcoinjs-lib'
import { decodeBase58 as ethersDecode, encodeBase58 as ethersEncode, toBeArray } from 'ethers'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeBase58,
  decodeBase58Check,
  encodeBase58,
  encodeBase58Check,
} from '../../../src/chains/common/base58check.js'

const bytes = fc.uint8Array({ maxLength: 100 })

describe('Base58', () => {
  it('is the known text of known bytes', () => {
    // Bitcoin Core, src/test/data/base58_encode_decode.json
    const known = [
      ['', ''],
      ['61', '2g'],
      ['626262', 'a3gV'],
      ['73696d706c792061206c6f6e6720737472696e67', '2cFupjhnEsSn59qHXstmK2ffpLv2'],
      ['516b6fcd0f', 'ABnLTmg'],
      ['572e4794', '3EFU7m'],
      ['10c8511e', 'Rt5zm'],
      ['00000000000000000000', '1111111111'],
    ] as const
    for (const [hex, text] of known) {
      expect(encodeBase58(Buffer.from(hex, 'hex')).toString()).to.equal(text)
      expect(decodeBase58(Buffer.from(text))?.toString('hex')).to.equal(hex)
    }
  })

  it('gives back any bytes, leading zeros included, and agrees with another implementation', () => {
    fc.assert(
      fc.property(bytes, fc.nat(3), (data, zeros) => {
        const all = Buffer.concat([Buffer.alloc(zeros), data])
        const text = encodeBase58(all)
        expect(decodeBase58(text)?.toString('hex')).to.equal(all.toString('hex'))
        if (data.length === 0 || data[0] === 0) return
        expect(encodeBase58(data).toString()).to.equal(ethersEncode(data))
        expect(Buffer.from(toBeArray(ethersDecode(text.toString()))).toString('hex')).to.equal(
          Buffer.from(data).toString('hex'),
        )
      }),
    )
  })

  it('refuses characters that are not of the alphabet, and texts of absurd length', () => {
    for (const text of ['0', 'O', 'I', 'l', 'a b', 'é', '\0', '2'.repeat(257)]) {
      expect(decodeBase58(Buffer.from(text)), text).to.equal(undefined)
    }
    expect(decodeBase58(Buffer.from('2'.repeat(256)))).to.not.equal(undefined)
  })
})

describe('Base58Check', () => {
  it('writes the addresses that another implementation writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(255), (hash, version) => {
        const text = encodeBase58Check(Buffer.concat([Buffer.of(version), hash])).toString()
        expect(text).to.equal(address.toBase58Check(hash, version))
        expect(decodeBase58Check(Buffer.from(text))?.subarray(1).equals(hash)).to.equal(true)
      }),
    )
  })

  it('gives back any payload and finds any changed character', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.constantFrom('2', '3', 'z'), (data, place, character) => {
        const text = encodeBase58Check(data)
        expect(decodeBase58Check(text)?.equals(data)).to.equal(true)
        const changed = Buffer.from(text)
        changed.write(character, place % text.length)
        if (!changed.equals(text)) expect(decodeBase58Check(changed)).to.equal(undefined)
      }),
    )
  })

  it('refuses what is too short to hold a checksum', () => {
    for (const text of ['', '1', '111', 'abc']) expect(decodeBase58Check(Buffer.from(text))).to.equal(undefined)
  })
})
