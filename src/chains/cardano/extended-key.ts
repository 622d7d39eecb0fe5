import { createHash } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519'

/*
 * Ed25519 with extended private keys: 64 bytes, the scalar kL and the nonce key kR, little-endian. RFC 8032 makes both from a seed; BIP32-Ed25519 derives them, so
 * there is no seed that OpenSSL could take: D. Khovratovich, J. Law, "BIP32-Ed25519", https://input-output-hk.github.io/adrestia/static/Ed25519_BIP.pdf
 * The curve is @noble/curves, with its multiplication for secret scalars. Its numbers cannot be overwritten; the buffers here are.
 */

export const EXTENDED_KEY_BYTES = 64
export const SCALAR_BYTES = 32
const { BASE } = ed25519.Point
export type Point = typeof BASE
const ORDER = ed25519.Point.Fn.ORDER

/** Is this a pair that such a derivation can give? The lowest three bits of the scalar are 0, its highest two 01. */
export const isExtendedKey = (key: Uint8Array): boolean =>
  key.length === EXTENDED_KEY_BYTES && ((key[0] ?? 0) & 0b111) === 0 && ((key[SCALAR_BYTES - 1] ?? 0) & 0xc0) === 0x40

/** Public key of a pair, 32 bytes. The pair stays the caller's. */
export const publicKeyOf = (key: Uint8Array): Uint8Array =>
  pointOf(fromLittleEndian(key.subarray(0, SCALAR_BYTES))).toBytes()

/** Signature of a message, 64 bytes; the same pair and message always give the same. The pair stays the caller's. */
export function signExtended(message: Uint8Array, key: Uint8Array, publicKey: Uint8Array): Buffer {
  const nonce = hashToScalar(key.subarray(SCALAR_BYTES), message)
  const commitment = pointOf(nonce).toBytes()
  const challenge = hashToScalar(commitment, publicKey, message)
  const response = (nonce + challenge * fromLittleEndian(key.subarray(0, SCALAR_BYTES))) % ORDER
  return Buffer.concat([commitment, toLittleEndian(response, SCALAR_BYTES)])
}

/** The base point as many times as the scalar says. It has the group's order, so whole rounds through the group change nothing. */
export const pointOf = (scalar: bigint): Point => BASE.multiply(scalar % ORDER)

/** SHA-512 of the parts as a scalar. */
function hashToScalar(...parts: readonly Uint8Array[]): bigint {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  const digest = hash.digest()
  const scalar = fromLittleEndian(digest) % ORDER
  digest.fill(0)
  return scalar
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let place = bytes.length - 1; place >= 0; place--) value = (value << 8n) | BigInt(bytes[place] ?? 0)
  return value
}

/** The lowest `length` bytes; what is above is cut off. A buffer of its own. */
export function toLittleEndian(value: bigint, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  let rest = value
  for (let place = 0; place < length; place++) {
    bytes[place] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}
