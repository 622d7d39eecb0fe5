/*
 * CashAddr, the address format of Bitcoin Cash: https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/cashaddr.md. A prefix, a colon, and in base 32
 * a version byte, a hash, and a checksum of 40 bits over all of it.
 */

export type CashAddressType = 'p2pkh' | 'p2sh'

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const TYPES: readonly CashAddressType[] = ['p2pkh', 'p2sh']
/** Bytes of the hash by the three lowest bits of the version byte; the standard scripts use these two. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [0, 20],
  [3, 32],
])
const CHECKSUM_DIGITS = 8

/** @param hash 20 or 32 bytes. */
export function encodeCashAddress(prefix: string, type: CashAddressType, hash: Uint8Array): string {
  const size = hash.length === 20 ? 0 : 3
  const data = toDigits(Buffer.concat([Buffer.of((TYPES.indexOf(type) << 3) | size), hash]))
  const checksum = polymod([...prefixDigits(prefix), 0, ...data, ...Array<number>(CHECKSUM_DIGITS).fill(0)])
  const tail = Array.from({ length: CHECKSUM_DIGITS }, (_, place) => {
    return Number((checksum >> BigInt(5 * (CHECKSUM_DIGITS - 1 - place))) & 31n)
  })
  return `${prefix}:${[...data, ...tail].map((digit) => ALPHABET[digit]).join('')}`
}

/** What an address with this prefix says, or `undefined` when it is none. Upper case is the same address, for QR codes. */
export function decodeCashAddress(
  prefix: string,
  address: string,
): { readonly type: CashAddressType; readonly hash: Buffer } | undefined {
  const text = address === address.toUpperCase() ? address.toLowerCase() : address
  if (text.length > 128 || !text.startsWith(`${prefix}:`)) return undefined
  const digits = Array.from(text.slice(prefix.length + 1), (letter) => ALPHABET.indexOf(letter))
  if (digits.length <= CHECKSUM_DIGITS || digits.includes(-1)) return undefined
  if (polymod([...prefixDigits(prefix), 0, ...digits]) !== 0n) return undefined
  const bytes = toBytes(digits.slice(0, -CHECKSUM_DIGITS))
  const version = bytes?.[0]
  if (bytes === undefined || version === undefined) return undefined
  const type = TYPES[version >> 3]
  const hash = bytes.subarray(1)
  return type !== undefined && hash.length === SIZES.get(version & 7) ? { type, hash } : undefined
}

const prefixDigits = (prefix: string): number[] => [...Buffer.from(prefix, 'ascii')].map((letter) => letter & 31)

/** Bytes as digits of 5 bits; the last one is filled up with zeros. */
function toDigits(bytes: Buffer): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((group) => Number.parseInt(group.padEnd(5, '0'), 2))
}

/** The reverse; `undefined` when the filling is longer than needed or not zero, so that every address has one spelling. */
function toBytes(digits: readonly number[]): Buffer | undefined {
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('')
  const rest = bits.length % 8
  if (rest >= 5 || !/^0*$/.test(bits.slice(bits.length - rest))) return undefined
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((group) => Number.parseInt(group, 2)))
}

const GENERATORS = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n]

/** The checksum of the specification: a BCH code over the field of 32 elements. Zero for a text whose checksum is right. */
function polymod(digits: readonly number[]): bigint {
  let value = 1n
  for (const digit of digits) {
    const top = value >> 35n
    value = ((value & 0x07ffffffffn) << 5n) ^ BigInt(digit)
    for (const [bit, generator] of GENERATORS.entries()) {
      if (((top >> BigInt(bit)) & 1n) === 1n) value ^= generator
    }
  }
  return value ^ 1n
}
