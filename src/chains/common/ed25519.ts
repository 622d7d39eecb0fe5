import { createPrivateKey, createPublicKey, sign as opensslSign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519'
import { KeywardError } from '../../core/errors.js'

/*
 * Ed25519 (RFC 8032). Keys are made and used by OpenSSL; signatures are checked by @noble/curves, so that the check shares no code with what it checks.
 */

/** A private key as PKCS #8 (RFC 8410): these bytes, then the 32 of the seed. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
/** A public key as SubjectPublicKeyInfo ends with its 32 bytes. */
const KEY_BYTES = 32

/** Public key of a seed, 32 bytes each. The seed stays the caller's. @throws KeywardError KEY_INVALID */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const key = keyObject(seed)
  const encoded = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return Uint8Array.from(encoded.subarray(encoded.length - KEY_BYTES))
}

/** Signature of a message, 64 bytes; the same seed and message always give the same. The seed stays the caller's. @throws KeywardError KEY_INVALID */
export const signEd25519 = (message: Uint8Array, seed: Uint8Array): Buffer =>
  opensslSign(null, message, keyObject(seed))

/** Is this the signature of the message? By the strict rules of RFC 8032; anything malformed is a no. */
export function verifyEd25519(message: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    // The library throws for wrong lengths and for bytes that are no point of the curve.
    return false
  }
}

function keyObject(seed: Uint8Array): KeyObject {
  if (seed.length !== KEY_BYTES) throw new KeywardError('KEY_INVALID', 'an Ed25519 key has 32 bytes')
  const encoded = Buffer.allocUnsafeSlow(PKCS8_HEAD.length + KEY_BYTES)
  try {
    encoded.set(PKCS8_HEAD)
    encoded.set(seed, PKCS8_HEAD.length)
    return createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' })
  } finally {
    encoded.fill(0)
  }
}
