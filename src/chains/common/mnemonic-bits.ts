import { sha256 } from './hashes.js'

/*
 * BIP-39, "Generating the mnemonic": the entropy and, behind it, one bit of its SHA-256 for every 32 bits of entropy, cut into numbers of eleven bits.
 */

const WORD_BITS = 11

/** Places in the word list for 16, 20, 24, 28 or 32 bytes of entropy. */
export function wordIndexes(entropy: Uint8Array): number[] {
  const bits = Buffer.allocUnsafeSlow(entropy.length + 1)
  bits.set(entropy)
  bits[entropy.length] = sha256(entropy)[0] ?? 0
  const count = (entropy.length * 8 * 33) / 32 / WORD_BITS
  const indexes = Array.from({ length: count }, (_, place) => wordIndex(bits, place))
  bits.fill(0)
  return indexes
}

/** Eleven bits, most significant first. */
function wordIndex(bits: Uint8Array, place: number): number {
  let index = 0
  for (let bit = place * WORD_BITS; bit < (place + 1) * WORD_BITS; bit++) {
    index = (index << 1) | (((bits[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
  }
  return index
}

/** Are the last bits the first ones of the SHA-256 of the rest? For 12, 15, 18, 21 or 24 places in the word list. */
export function checksumHolds(indexes: readonly number[]): boolean {
  const checksumBits = checksumBitsOf(indexes)
  const bits = joined(indexes)
  const entropyBytes = entropyBytesOf(indexes)
  const claimed = (bits[entropyBytes] ?? 0) >> (8 - checksumBits)
  const actual = (sha256(bits.subarray(0, entropyBytes))[0] ?? 0) >> (8 - checksumBits)
  bits.fill(0)
  return claimed === actual
}

/** The entropy that such places stand for: 16 to 32 bytes in a buffer of their own, which the caller wipes. The checksum is not looked at. */
export function entropyOfIndexes(indexes: readonly number[]): Buffer {
  const bits = joined(indexes)
  const entropy = Buffer.allocUnsafeSlow(entropyBytesOf(indexes))
  bits.copy(entropy)
  bits.fill(0)
  return entropy
}

/** One bit of every 33. */
const checksumBitsOf = (indexes: readonly number[]): number => (indexes.length * WORD_BITS) / 33
const entropyBytesOf = (indexes: readonly number[]): number =>
  (indexes.length * WORD_BITS - checksumBitsOf(indexes)) / 8

/** All bits in a row. The caller wipes them. */
function joined(indexes: readonly number[]): Buffer {
  const bits = Buffer.allocUnsafeSlow(Math.ceil((indexes.length * WORD_BITS) / 8)).fill(0)
  indexes.forEach((index, place) => {
    for (let bit = 0; bit < WORD_BITS; bit++) {
      const at = place * WORD_BITS + bit
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (((index >> (WORD_BITS - 1 - bit)) & 1) << (7 - (at & 7)))
    }
  })
  return bits
}
