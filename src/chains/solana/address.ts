import { decodeBase58, encodeBase58 } from '../common/base58check.js'

export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

/** Base58 text of public bytes: keys, block hashes, signatures. */
export const base58 = (bytes: Uint8Array): string => encodeBase58(bytes).toString('ascii')

/** An address is the base58 text of the public key, or of 32 bytes that are no key, for accounts of programs. */
export const addressOf = (bytes: Uint8Array): string => base58(bytes)

/** The bytes of a base58 text, or `undefined` when it is none or stands for another number of bytes. */
export function fromBase58(text: string, length: number): Buffer | undefined {
  const bytes = decodeBase58(Buffer.from(text, 'ascii'))
  return bytes?.length === length && base58(bytes) === text ? bytes : undefined
}
