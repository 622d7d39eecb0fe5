/*
 * Base32 of RFC 4648 without padding, as Algorand writes addresses, transaction ids and secrets. Works on buffers, because secrets must not become strings.
 */

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'ascii')
const BITS = 5

/** ASCII text in a buffer of its own. Wiped by the caller when it is secret. */
export function encodeBase32(bytes: Uint8Array): Buffer {
  const text = Buffer.allocUnsafeSlow(Math.ceil((bytes.length * 8) / BITS))
  for (let place = 0; place < text.length; place++) {
    const bit = place * BITS
    const window = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    text[place] = ALPHABET[(window >> (11 - (bit & 7))) & 31] ?? 0
  }
  return text
}

/**
 * The bytes in a buffer of their own, or `undefined` for a text that is not what `encodeBase32` writes: another letter, a length that no bytes have, or bits
 * behind the last byte that are not zero, so that no two texts stand for the same bytes. Wiped by the caller when secret.
 */
export function decodeBase32(text: Uint8Array): Buffer | undefined {
  const bytes = Buffer.allocUnsafeSlow(Math.floor((text.length * BITS) / 8)).fill(0)
  const sound = fill(bytes, text) && Math.ceil((bytes.length * 8) / BITS) === text.length
  if (sound) return bytes
  bytes.fill(0)
  return undefined
}

function fill(bytes: Buffer, text: Uint8Array): boolean {
  let pending = 0
  let pendingBits = 0
  let at = 0
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) return false
    pending = (pending << BITS) | value
    pendingBits += BITS
    if (pendingBits < 8) continue
    pendingBits -= 8
    bytes[at++] = pending >> pendingBits
    pending &= (1 << pendingBits) - 1
  }
  return pending === 0
}
