/*
 * The few pieces of CBOR (RFC 8949) that are added around a transaction's body. The body itself is never written here.
 */

const MAJOR = { bytes: 2, text: 3, array: 4, map: 5 } as const
/** Numbers below are in the head itself; then one, two or four bytes follow. */
const HEADS: readonly (readonly [below: number, low: number, bytes: number])[] = [
  [0x100, 24, 1],
  [0x10000, 25, 2],
  [0x100000000, 26, 4],
]

function head(major: number, number: number): Buffer {
  const [, low = 0, length = 0] = number < 24 ? [] : (HEADS.find(([below]) => number < below) ?? [])
  const bytes = Buffer.alloc(1 + length)
  bytes[0] = (major << 5) | (length === 0 ? number : low)
  if (length > 0) bytes.writeUIntBE(number, 1, length)
  return bytes
}

export const cborBytes = (bytes: Uint8Array): Buffer => Buffer.concat([head(MAJOR.bytes, bytes.length), bytes])

/** ASCII only. */
export const cborText = (text: string): Buffer =>
  Buffer.concat([head(MAJOR.text, text.length), Buffer.from(text, 'ascii')])

export const cborArray = (items: readonly Uint8Array[]): Buffer =>
  Buffer.concat([head(MAJOR.array, items.length), ...items])

/** @param entries names below 24 and values, in ascending order of the names. */
export const cborMap = (entries: readonly (readonly [number, Uint8Array])[]): Buffer =>
  Buffer.concat([head(MAJOR.map, entries.length), ...entries.flatMap(([name, value]) => [Buffer.of(name), value])])

export const CBOR_TRUE = Buffer.of(0xf5)
export const CBOR_NULL = Buffer.of(0xf6)
