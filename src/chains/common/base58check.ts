import { timingSafeEqual } from 'node:crypto'
import { hash256 } from './hashes.js'

/*
 * Base58 and Base58Check as Bitcoin defines them (https://en.bitcoin.it/wiki/Base58Check_encoding). Written here, not taken from a library, because private
 * keys pass through: everything happens in buffers that the caller can overwrite, and no string is made on the way.
 */

const ALPHABET = Buffer.from('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', 'ascii')
const ZERO = 0x31
const CHECKSUM_BYTES = 4
/** Longest text that is looked at: an extended key has 111 characters, and the work grows with the square. */
const MAX_LENGTH = 256

const VALUES = new Int8Array(256).fill(-1)
ALPHABET.forEach((character, value) => (VALUES[character] = value))

/** Positional conversion: digits of base `from` (most significant first) become digits of base `to`; leading zero digits are kept as they are. */
function convert(digits: Iterable<number>, length: number, from: number, to: number): Buffer {
  const size = Math.ceil((length * Math.log(from)) / Math.log(to)) + 1
  const result = Buffer.alloc(size)
  let used = 0
  for (const digit of digits) {
    let carry = digit
    let place = 0
    for (; carry !== 0 || place < used; place++) {
      const at = size - 1 - place
      carry += (result[at] ?? 0) * from
      result[at] = carry % to
      carry = Math.floor(carry / to)
    }
    used = place
  }
  const trimmed = Buffer.allocUnsafeSlow(used)
  result.copy(trimmed, 0, size - used)
  result.fill(0)
  return trimmed
}

function countLeading(bytes: Uint8Array, value: number): number {
  const first = bytes.findIndex((byte) => byte !== value)
  return first === -1 ? bytes.length : first
}

/** Base58 text as ASCII bytes. The caller wipes them when the data is secret. */
export function encodeBase58(data: Uint8Array): Buffer {
  const zeros = countLeading(data, 0)
  const digits = convert(data.subarray(zeros), data.length - zeros, 256, 58)
  const text = Buffer.allocUnsafeSlow(zeros + digits.length).fill(ZERO, 0, zeros)
  digits.forEach((digit, place) => (text[zeros + place] = ALPHABET[digit] ?? 0))
  digits.fill(0)
  return text
}

/** The bytes of a Base58 text, or `undefined` when a character is not of the alphabet. The caller wipes them when they are secret. */
export function decodeBase58(text: Uint8Array): Buffer | undefined {
  if (text.length > MAX_LENGTH || text.some((character) => VALUES[character] === -1)) return undefined
  const zeros = countLeading(text, ZERO)
  const values = text.subarray(zeros).map((character) => VALUES[character] ?? 0)
  const digits = convert(values, values.length, 58, 256)
  const data = Buffer.allocUnsafeSlow(zeros + digits.length).fill(0, 0, zeros)
  digits.copy(data, zeros)
  digits.fill(0)
  values.fill(0)
  return data
}

/** Base58 of the payload and the first four bytes of its double SHA-256, as ASCII bytes. The caller wipes them when the payload is secret. */
export function encodeBase58Check(payload: Uint8Array): Buffer {
  const data = Buffer.allocUnsafeSlow(payload.length + CHECKSUM_BYTES)
  data.set(payload)
  hash256(payload).copy(data, payload.length, 0, CHECKSUM_BYTES)
  const text = encodeBase58(data)
  data.fill(0)
  return text
}

/** The payload of a Base58Check text, or `undefined` when a character or the checksum is wrong. The caller wipes it when it is secret. */
export function decodeBase58Check(text: Uint8Array): Buffer | undefined {
  const data = decodeBase58(text)
  if (data === undefined || data.length < CHECKSUM_BYTES) return undefined
  const payload = data.subarray(0, data.length - CHECKSUM_BYTES)
  const checksum = hash256(payload).subarray(0, CHECKSUM_BYTES)
  const result = timingSafeEqual(checksum, data.subarray(payload.length)) ? copyOf(payload) : undefined
  data.fill(0)
  return result
}

function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}
