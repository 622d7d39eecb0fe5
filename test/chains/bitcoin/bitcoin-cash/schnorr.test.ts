import { expect } from 'chai'
import fc from 'fast-check'
import { isSchnorrSignature } from '../../../../src/chains/bitcoin/bitcoin-cash/schnorr-check.js'
import { signSchnorr } from '../../../../src/chains/bitcoin/bitcoin-cash/schnorr.js'
import { isPrivateKey, publicKeyOf, sign as ecdsa } from '../../../../src/chains/common/secp256k1.js'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const FIELD = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const number = (value: bigint): Buffer => hex(value.toString(16).padStart(64, '0'))

/** Test vectors of the signature scheme, by its authors (bip-schnorr of 2018): public key, message, signature. */
const RIGHT = [
  [
    '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    '00'.repeat(32),
    '787a848e71043d280c50470e8e1532b2dd5d20ee912a45dbdd2bd1dfbf187ef67031a98831859dc34dffeedda86831842ccd0079e1f92af177f7f22cc1dced05',
  ],
  [
    '02dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659',
    '243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89',
    '2a298dacae57395a15d0795ddbfd1dcb564da82b0f269bc70a74f8220429ba1d1e51a22ccec35599b8f266912281f8365ffc2d035a230434a1a64dc59f7013fd',
  ],
  [
    '03fac2114c2fbb091527eb7c64ecb11f8021cb45e8e7809d3c0938e4b8c0e5f84b',
    '5e2d58d8b3bcdf1abadec7829054f90dda9805aab56c77333024b9d0a508b75c',
    '00da9b08172a9b6f0466a2defd817f2d7ab437e0d253cb5395a963866b3574be00880371d01766935b92d2ab4cd5c8a2a5837ec57fed7660773a05f0de142380',
  ],
  [
    '03defdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34',
    '4df3c3f68fcc83b27e9d42c90431a72499f17875c81a599b566c9889b9696703',
    '00000000000000000000003b78ce563f89a0ed9414f5aa28ad0d96d6795f9c6302a8dc32e64e86a333f20ef56eac9ba30b7246d6d25e22adb8c6be1aeb08d49d',
  ],
] as const

const scalars = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => isPrivateKey(bytes))
const messages = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))

describe('the check of Schnorr signatures of BCH', () => {
  it('accepts the signatures of the scheme’s authors', () => {
    for (const [publicKey, message, signature] of RIGHT) {
      expect(isSchnorrSignature(hex(signature), hex(message), hex(publicKey)), signature).to.equal(true)
    }
  })

  it('refuses a nonce whose y is no square, a negated message, and a negated s', () => {
    const [publicKey, message, signature] = RIGHT[1].map(hex) as [Buffer, Buffer, Buffer]
    const negated = number(ORDER - BigInt(`0x${signature.toString('hex', 32)}`))
    const wrong = [
      hex(
        '2a298dacae57395a15d0795ddbfd1dcb564da82b0f269bc70a74f8220429ba1dfa16aee06609280a19b67a24e1977e4697712b5fd2943914ecd5f730901b4ab7',
      ),
      Buffer.concat([signature.subarray(0, 32), negated]),
      Buffer.concat([Buffer.alloc(32), signature.subarray(32)]),
    ]
    for (const other of wrong) expect(isSchnorrSignature(other, message, publicKey)).to.equal(false)
  })

  it('refuses numbers that are out of range, keys that are no points, and anything of another length', () => {
    const [publicKey, message, signature] = RIGHT[1].map(hex) as [Buffer, Buffer, Buffer]
    const s = signature.subarray(32)
    const wrong: [Buffer, Buffer][] = [
      [Buffer.concat([number(FIELD), s]), publicKey],
      [Buffer.concat([signature.subarray(0, 32), number(ORDER)]), publicKey],
      [Buffer.concat([signature.subarray(0, 32), number(BigInt(`0x${s.toString('hex')}`) + ORDER)]), publicKey],
      [signature.subarray(0, 63), publicKey],
      [Buffer.concat([signature, Buffer.of(0)]), publicKey],
      [Buffer.alloc(0), publicKey],
      [signature, hex(`02${'05'.padStart(64, '0')}`)],
      [signature, publicKey.subarray(1)],
      [signature, Buffer.alloc(33)],
      [signature, Buffer.concat([Buffer.of(3), publicKey.subarray(1)])],
    ]
    for (const [other, key] of wrong) expect(isSchnorrSignature(other, message, key)).to.equal(false)
  })
})

describe('Schnorr signatures of BCH', () => {
  it('hold up before the independent check, are the same every time, and are no signature of anything else', () => {
    fc.assert(
      fc.property(scalars, messages, fc.nat(511), (key, message, bit) => {
        const publicKey = Buffer.from(publicKeyOf(key))
        const signature = signSchnorr(message, key, publicKey)
        expect(isSchnorrSignature(signature, message, publicKey)).to.equal(true)
        expect(signSchnorr(message, key, publicKey).equals(signature)).to.equal(true)
        const flip = (bytes: Buffer, at: number): Buffer => {
          const copy = Buffer.from(bytes)
          copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7))
          return copy
        }
        expect(isSchnorrSignature(flip(signature, bit), message, publicKey)).to.equal(false)
        expect(isSchnorrSignature(signature, flip(message, bit % 256), publicKey)).to.equal(false)
      }),
      { numRuns: 30 },
    )
  })

  it('use another nonce than ECDSA does for the same key and message: the same one would reveal the key', () => {
    fc.assert(
      fc.property(scalars, messages, (key, message) => {
        const schnorr = signSchnorr(message, key, publicKeyOf(key)).subarray(0, 32)
        expect(schnorr.equals(Buffer.from(ecdsa(message, key)).subarray(0, 32))).to.equal(false)
      }),
      { numRuns: 10 },
    )
  })

  it('work at the edges of the group', () => {
    for (const key of [1n, 2n, ORDER / 2n, ORDER - 1n].map(number)) {
      for (const message of [Buffer.alloc(32), Buffer.alloc(32, 0xff), number(ORDER)]) {
        const publicKey = Buffer.from(publicKeyOf(key))
        expect(isSchnorrSignature(signSchnorr(message, key, publicKey), message, publicKey)).to.equal(true)
      }
    }
  })

  it('leave the key as it is', () => {
    const key = number(ORDER - 7n)
    signSchnorr(Buffer.alloc(32, 1), key, publicKeyOf(key))
    expect(key.equals(number(ORDER - 7n))).to.equal(true)
  })
})
