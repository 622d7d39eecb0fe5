import type { MsgMap, MsgValue } from './msgpack.js'

/*
 * Reads what ./msgpack.js writes, with code of its own: what is decoded for an approver and what is verified was not explained by the code that made it.
 */

const MAX_DEPTH = 4

/** @returns the members, or `undefined` for anything but one map in canonical form. */
export function readMap(bytes: Uint8Array): MsgMap | undefined {
  const reader = new CanonicalReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  try {
    const value = reader.value(0)
    return reader.atEnd && isMap(value) ? value : undefined
  } catch (error) {
    if (error instanceof NotCanonical) return undefined
    throw error
  }
}

const isMap = (value: MsgValue): value is MsgMap => typeof value === 'object' && !(value instanceof Uint8Array)

class NotCanonical extends Error {}

class CanonicalReader {
  #at = 0

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.#at === this.bytes.length
  }

  value(depth: number): MsgValue {
    const tag = this.#uint(1)
    if (tag <= 0x7fn) return tag
    const small = Number(tag)
    if (small >> 4 === 0x8) return this.#map(small & 0x0f, depth)
    if (small >> 5 === 0b101) return this.#text(small & 0x1f, 0)
    switch (small) {
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
        return Uint8Array.from(this.#take(this.#length(1, 0)))
      case 0xc5:
        return Uint8Array.from(this.#take(this.#length(2, 0x100)))
      case 0xcc:
        return this.#atLeast(0x80n, this.#uint(1))
      case 0xcd:
        return this.#atLeast(0x100n, this.#uint(2))
      case 0xce:
        return this.#atLeast(0x1_0000n, this.#uint(4))
      case 0xcf:
        return this.#atLeast(0x1_0000_0000n, this.#uint(8))
      case 0xd9:
        return this.#text(this.#length(1, 32), 32)
      default:
        throw new NotCanonical()
    }
  }

  #map(size: number, depth: number): MsgMap {
    if (depth >= MAX_DEPTH) throw new NotCanonical()
    const members: [string, MsgValue][] = []
    let previous = ''
    for (let count = 0; count < size; count++) {
      const name = this.value(depth + 1)
      if (typeof name !== 'string' || name <= previous) throw new NotCanonical()
      const value = this.value(depth + 1)
      if (isEmpty(value)) throw new NotCanonical()
      members.push([name, value])
      previous = name
    }
    return Object.fromEntries(members)
  }

  #text(length: number, shortest: number): string {
    if (length < shortest) throw new NotCanonical()
    const taken = this.#take(length)
    const text = taken.toString('utf8')
    if (!Buffer.from(text, 'utf8').equals(taken)) throw new NotCanonical()
    return text
  }

  #length(size: number, shortest: number): number {
    const length = Number(this.#uint(size))
    if (length < shortest) throw new NotCanonical()
    return length
  }

  #atLeast(shortest: bigint, value: bigint): bigint {
    if (value < shortest) throw new NotCanonical()
    return value
  }

  #uint(size: number): bigint {
    return BigInt(`0x${this.#take(size).toString('hex')}`)
  }

  #take(count: number): Buffer {
    const end = this.#at + count
    if (end > this.bytes.length) throw new NotCanonical()
    const taken = this.bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}

/** What is zero or empty is left out of the canonical form. */
const isEmpty = (value: MsgValue): boolean =>
  value === 0n ||
  value === '' ||
  value === false ||
  (value instanceof Uint8Array ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0)
