import * as ecc from 'tiny-secp256k1'
import { KeywardError } from '../../core/errors.js'

/*
 * ECDSA over secp256k1: libsecp256k1 compiled to WebAssembly (docs/adr/0005-secp256k1-library.md). The library copies keys into its own memory for the
 * length of a call and overwrites them before it returns. Loading this module compiles the WebAssembly, so only code that a chain loads on demand imports it.
 */

export interface RecoverableSignature {
  /** r and s, 32 bytes each, s in the lower half of the order. */
  readonly signature: Uint8Array
  readonly recoveryId: 0 | 1 | 2 | 3
}

/** Is this a private key: 32 bytes, not zero, below the order of the group? */
export const isPrivateKey = (key: Uint8Array): boolean => ecc.isPrivate(key)

/** Is this a point of the curve in compressed form: 33 bytes? */
export const isPublicKey = (key: Uint8Array): boolean => ecc.isPointCompressed(key)

/** Compressed public key, 33 bytes. @throws KeywardError KEY_INVALID */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  const point = isPrivateKey(privateKey) ? ecc.pointFromScalar(privateKey, true) : null
  if (point === null) throw new KeywardError('KEY_INVALID', 'this is not a secp256k1 private key')
  return point
}

/** The public key with both coordinates: 65 bytes. Takes a key in either form. */
export const uncompressed = (publicKey: Uint8Array): Uint8Array =>
  publicKey.length === 65 ? publicKey : ecc.pointCompress(publicKey, false)

/**
 * Signature of a 32-byte hash: r and s, 32 bytes each. The nonce is RFC 6979 with SHA-256 and no extra data, s is in the lower half, r is not ground: the
 * same key and hash always give the same bytes.
 */
export const sign = (hash: Uint8Array, privateKey: Uint8Array): Uint8Array => ecc.sign(hash, privateKey)

/** As `sign`, with the number that tells which public key made it. */
export const signRecoverable = (hash: Uint8Array, privateKey: Uint8Array): RecoverableSignature =>
  ecc.signRecoverable(hash, privateKey)

/** Is this 64-byte signature right? One with s in the upper half is not. */
export const verify = (hash: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean =>
  ecc.verify(hash, publicKey, signature, true)

/** The public key that made a signature (33 bytes, or 65 when not compressed), or `undefined` when there is none. */
export function recover(
  hash: Uint8Array,
  { signature, recoveryId }: RecoverableSignature,
  compressed = true,
): Uint8Array | undefined {
  try {
    return ecc.recover(hash, signature, recoveryId, compressed) ?? undefined
  } catch {
    // The library throws where r or s is out of range or r is no x coordinate of the curve: no key made such a signature.
    return undefined
  }
}

/** Private key plus tweak, or `undefined` when the sum is zero or the tweak is no scalar (BIP-32: such a child does not exist). */
export function tweakPrivateKey(privateKey: Uint8Array, tweak: Uint8Array): Uint8Array | undefined {
  return isScalar(tweak) ? (ecc.privateAdd(privateKey, tweak) ?? undefined) : undefined
}

/** The private key whose public key has the other y coordinate: order of the group minus the key. @throws KeywardError KEY_INVALID */
export function negatePrivateKey(privateKey: Uint8Array): Uint8Array {
  if (isPrivateKey(privateKey)) return ecc.privateNegate(privateKey)
  throw new KeywardError('KEY_INVALID', 'this is not a secp256k1 private key')
}

/** Public key plus tweak times the generator, compressed, or `undefined` as above. */
export function tweakPublicKey(publicKey: Uint8Array, tweak: Uint8Array): Uint8Array | undefined {
  return isScalar(tweak) ? (ecc.pointAddScalar(publicKey, tweak, true) ?? undefined) : undefined
}

/** The library throws for a tweak outside the group; zero is inside and allowed. */
const isScalar = (tweak: Uint8Array): boolean => isPrivateKey(tweak) || tweak.every((byte) => byte === 0)
