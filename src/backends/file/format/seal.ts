import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

// AES-256-GCM (NIST SP 800-38D) with a 96-bit random nonce and the full 128-bit tag. Random nonces are safe for 2^32 messages under one key; each data key
// here seals one message, and the header counts the messages under the record key (`wraps`).
const CIPHER = 'aes-256-gcm'
export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** A sealed text is this much longer than the plain one. */
export const SEAL_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES

/** @returns nonce, ciphertext, tag. */
export function seal(key: Buffer, plaintext: Uint8Array, associatedData: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(associatedData)
  const ciphertext = cipher.update(plaintext)
  cipher.final() // GCM is a stream mode: nothing is left over.
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()])
}

/** @returns a buffer of its own, which the caller wipes; `undefined` when key, associated data or a single bit does not fit. */
export function unseal(key: Buffer, sealed: Uint8Array, associatedData: Uint8Array): Buffer | undefined {
  if (sealed.length < SEAL_OVERHEAD_BYTES) return undefined
  const tagAt = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(associatedData).setAuthTag(sealed.subarray(tagAt))
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, tagAt))
  try {
    decipher.final() // Throws when the tag does not fit; the plaintext must not be looked at before.
    return plaintext
  } catch {
    plaintext.fill(0)
    return undefined
  }
}
