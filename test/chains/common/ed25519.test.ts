import { expect } from 'chai'
import { ed25519 } from '@noble/curves/ed25519'
import fc from 'fast-check'
import { ed25519PublicKey, signEd25519, verifyEd25519 } from '../../../src/chains/common/ed25519.js'
import { codeThrownBy } from '../../kit/chain-suite.js'

const seed32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('Ed25519', () => {
  it('makes the keys and signatures of RFC 8032, 7.1', () => {
    const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
    const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
    const signature =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
    expect(Buffer.from(ed25519PublicKey(seed)).toString('hex')).to.equal(publicKey)
    expect(signEd25519(Buffer.of(0x72), seed).toString('hex')).to.equal(signature)
    expect(verifyEd25519(Buffer.of(0x72), Buffer.from(publicKey, 'hex'), Buffer.from(signature, 'hex'))).to.equal(true)
  })

  it('agrees with another library, and takes no signature with a bit changed', () => {
    fc.assert(
      fc.property(seed32, fc.uint8Array({ maxLength: 200 }), fc.nat(511), (seed, message, bit) => {
        const publicKey = ed25519PublicKey(seed)
        const signature = signEd25519(message, seed)
        expect(publicKey).to.deep.equal(ed25519.getPublicKey(seed))
        expect(Uint8Array.from(signature)).to.deep.equal(ed25519.sign(message, seed))
        expect(verifyEd25519(message, publicKey, signature)).to.equal(true)
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(verifyEd25519(message, publicKey, signature)).to.equal(false)
      }),
      { numRuns: 20 },
    )
  })

  it('refuses a seed of another length, and calls anything malformed no signature', () => {
    expect(codeThrownBy(() => ed25519PublicKey(new Uint8Array(31)))).to.equal('KEY_INVALID')
    expect(codeThrownBy(() => signEd25519(new Uint8Array(1), new Uint8Array(64)))).to.equal('KEY_INVALID')
    const key = ed25519PublicKey(new Uint8Array(32))
    for (const bad of [new Uint8Array(0), new Uint8Array(64), new Uint8Array(65).fill(255)]) {
      expect(verifyEd25519(new Uint8Array(1), key, bad)).to.equal(false)
      expect(verifyEd25519(new Uint8Array(1), bad, new Uint8Array(64))).to.equal(false)
    }
  })
})
