import { createHash } from 'node:crypto'
import { encodeBase32 } from './base32.js'

/*
 * Addresses: https://developer.algorand.org/docs/get-details/accounts/. Base32 of the public key and the last four bytes of its SHA-512/256.
 */

export const KEY_BYTES = 32
export const CHECKSUM_BYTES = 4

export const sha512t256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha512-256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The four bytes that guard an address against slips of the pen. */
export const checksumOf = (publicKey: Uint8Array): Buffer => sha512t256(publicKey).subarray(-CHECKSUM_BYTES)

/** 58 capital letters and digits, the same on both networks. */
export const addressOf = (publicKey: Uint8Array): string =>
  encodeBase32(Buffer.concat([publicKey, checksumOf(publicKey)])).toString('ascii')
