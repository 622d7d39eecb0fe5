import { createHash } from 'node:crypto'
import { SigningKey } from 'ethers'
import { expect } from 'chai'
import fc from 'fast-check'
import * as secp256k1 from '../../../src/chains/common/secp256k1.js'
import { codeThrownBy } from '../../kit/chain-suite.js'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const bytes32 = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const keys = fc.bigInt({ min: 1n, max: ORDER - 1n }).map(bytes32)
const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('ECDSA over secp256k1', () => {
  it('signs as RFC 6979 says, with low s: known signatures', () => {
    // Widely used vectors for this curve with SHA-256, e.g. in the test suites of Trezor and Haskoin.
    const known = [
      [
        1n,
        'Satoshi Nakamoto',
        '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
      ],
      [
        ORDER - 1n,
        'Satoshi Nakamoto',
        'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
      ],
      [
        1n,
        'All those moments will be lost in time, like tears in rain. Time to die...',
        '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
      ],
    ] as const
    for (const [key, message, signature] of known) {
      expect(hex(secp256k1.sign(sha256(message), bytes32(key)))).to.equal(signature)
    }
  })

  it('agrees with another implementation on keys, signatures and recovery', () => {
    fc.assert(
      fc.property(keys, hashes, (key, hash) => {
        const theirs = new SigningKey(key)
        const publicKey = secp256k1.publicKeyOf(key)
        expect(`0x${hex(publicKey)}`).to.equal(theirs.compressedPublicKey)
        const signature = secp256k1.sign(hash, key)
        const expected = theirs.sign(hash)
        expect(`0x${hex(signature)}`).to.equal(`${expected.r}${expected.s.slice(2)}`)

        const recoverable = secp256k1.signRecoverable(hash, key)
        expect(hex(recoverable.signature)).to.equal(hex(signature))
        expect(recoverable.recoveryId).to.equal(expected.yParity)
        expect(hex(secp256k1.recover(hash, recoverable))).to.equal(hex(publicKey))
        expect(`0x${hex(secp256k1.recover(hash, recoverable, false))}`).to.equal(theirs.publicKey)
        expect(secp256k1.verify(hash, publicKey, signature)).to.equal(true)
      }),
      { numRuns: 30 },
    )
  })

  it('finds every change of a signature, and the high-s twin of a right one', () => {
    const key = bytes32(7n)
    const publicKey = secp256k1.publicKeyOf(key)
    const hash = sha256('x')
    const signature = Buffer.from(secp256k1.sign(hash, key))
    for (let at = 0; at < 64; at++) {
      const changed = Buffer.from(signature)
      changed[at] = changed[at]! ^ 1
      expect(secp256k1.verify(hash, publicKey, changed)).to.equal(false)
    }
    const twin = bytes32(ORDER - BigInt(`0x${signature.toString('hex', 32)}`))
    expect(secp256k1.verify(hash, publicKey, Buffer.concat([signature.subarray(0, 32), twin]))).to.equal(false)
    expect(secp256k1.verify(sha256('y'), publicKey, signature)).to.equal(false)
  })

  it('knows what is no key', () => {
    for (const key of [
      Buffer.alloc(32),
      bytes32(ORDER),
      Buffer.alloc(32, 0xff),
      Buffer.alloc(31, 1),
      Buffer.alloc(33, 1),
    ]) {
      expect(secp256k1.isPrivateKey(key)).to.equal(false)
      expect(codeThrownBy(() => secp256k1.publicKeyOf(key))).to.equal('KEY_INVALID')
    }
    expect(secp256k1.isPrivateKey(bytes32(ORDER - 1n))).to.equal(true)
    const publicKey = Buffer.from(secp256k1.publicKeyOf(bytes32(9n)))
    expect(secp256k1.isPublicKey(publicKey)).to.equal(true)
    for (const other of [
      Buffer.concat([Buffer.of(2), bytes32(5n)]),
      publicKey.subarray(1),
      Buffer.concat([Buffer.of(5), publicKey.subarray(1)]),
    ]) {
      expect(secp256k1.isPublicKey(other)).to.equal(false)
    }
  })

  it('adds tweaks to private and public keys alike, and knows the sums that do not exist', () => {
    fc.assert(
      fc.property(keys, keys, (key, tweak) => {
        const [sum, point] = [
          secp256k1.tweakPrivateKey(key, tweak),
          secp256k1.tweakPublicKey(secp256k1.publicKeyOf(key), tweak),
        ]
        expect(point && hex(point)).to.equal(sum && hex(secp256k1.publicKeyOf(sum)))
      }),
    )
    const key = bytes32(5n)
    const publicKey = secp256k1.publicKeyOf(key)
    for (const none of [bytes32(ORDER - 5n), bytes32(ORDER), Buffer.alloc(32, 0xff)]) {
      expect(secp256k1.tweakPrivateKey(key, none)).to.equal(undefined)
      expect(secp256k1.tweakPublicKey(publicKey, none)).to.equal(undefined)
    }
    const zero = Buffer.alloc(32)
    expect(hex(secp256k1.tweakPrivateKey(key, zero))).to.equal(hex(key))
    expect(hex(secp256k1.tweakPublicKey(publicKey, zero))).to.equal(hex(publicKey))
  })
})
