import { createHmac } from 'node:crypto'
import { KeywardError } from '../../core/errors.js'

/** First index of hardened children (BIP-32). */
export const HARDENED = 0x80000000

/** HMAC-SHA512 in two halves: the tweak (or master key) and the chain code. Both are copies of their own that the caller may wipe. */
export function hmacHalves(key: Uint8Array, ...parts: readonly Uint8Array[]): { left: Buffer; right: Buffer } {
  const hmac = createHmac('sha512', key)
  for (const part of parts) hmac.update(part)
  const digest = hmac.digest()
  const left = ownCopy(digest.subarray(0, 32))
  const right = ownCopy(digest.subarray(32))
  digest.fill(0)
  return { left, right }
}

/** A buffer that shares its memory with nothing, so that wiping it wipes the only copy. */
export function ownCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const missingChild = (index: number): KeywardError =>
  new KeywardError('INDEX_INVALID', `child ${index} of this wallet does not exist`, {
    advice: 'BIP-32 has no key for about one index in 2^127. Use the next index.',
  })
