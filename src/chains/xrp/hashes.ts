import { createHash } from 'node:crypto'

const HALF_BYTES = 32

/** First half of SHA-512 over all parts, 32 bytes in a buffer of its own. Wiped by the caller when it is secret. */
export function sha512Half(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  const digest = hash.digest()
  const half = Buffer.allocUnsafeSlow(HALF_BYTES)
  digest.copy(half, 0, 0, HALF_BYTES)
  digest.fill(0)
  return half
}

/** Bytes before what is hashed tell what the hash is for: https://xrpl.org/docs/references/protocol/data-types. `TXN\0` and `STX\0`. */
const TRANSACTION_ID = Buffer.from('TXN\0', 'ascii')
const SIGNATURE = Buffer.from('STX\0', 'ascii')

/** Id of a signed transaction: 64 upper-case hexadecimal digits. */
export const transactionId = (signed: Uint8Array): string =>
  sha512Half(TRANSACTION_ID, signed).toString('hex').toUpperCase()

/** What is signed, for a transaction with its public key and without its signature. Ed25519 takes these bytes, secp256k1 the half of their SHA-512. */
export const signingPayload = (unsigned: Uint8Array): Buffer => Buffer.concat([SIGNATURE, unsigned])
