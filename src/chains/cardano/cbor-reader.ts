/*
 * Reads CBOR (RFC 8949), by its own rules of deterministic encoding as far as a transaction needs them: definite lengths, shortest heads, no name twice. What has two spellings
 * could be read as two things, so anything else is refused. Each value keeps the bytes it was read from: a transaction is hashed as it came, never as somebody would write it again.
 */

export type CborValue = { readonly bytes: Buffer } & (
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'bytes'; readonly value: Buffer }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'array'; readonly items: readonly CborValue[] }
  | { readonly type: 'map'; readonly entries: readonly (readonly [CborValue, CborValue])[] }
  | { readonly type: 'tag'; readonly tag: bigint; readonly content: CborValue }
  | { readonly type: 'simple'; readonly value: boolean | null | undefined }
)
type Content = CborValue extends infer Value ? (Value extends CborValue ? Omit<Value, 'bytes'> : never) : never

/** Deeper than anything that is read here: the outer array, operations in it, their members. */
const MAX_DEPTH = 24
const SIMPLE: ReadonlyMap<bigint, boolean | null | undefined> = new Map([
  [20n, false],
  [21n, true],
  [22n, null],
  [23n, undefined],
])
/** Bytes of the number behind the head, by the head's lowest five bits, and the smallest number that needs them. */
const LONG_HEADS: ReadonlyMap<number, readonly [bytes: number, least: bigint]> = new Map([
  [24, [1, 24n]],
  [25, [2, 0x100n]],
  [26, [4, 0x10000n]],
  [27, [8, 0x100000000n]],
])
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Not CBOR, or not in the one form that is read here. Stays inside this file. */
class Unreadable extends Error {}

/** The one value that the bytes are, or `undefined` when they are none, or not in this form, or more than one. */
export function readCbor(bytes: Buffer): CborValue | undefined {
  try {
    const reader = new Reader(bytes)
    const value = reader.value(0)
    return reader.atEnd ? value : undefined
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

class Reader {
  #at = 0

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.#at === this.bytes.length
  }

  value(depth: number): CborValue {
    if (depth > MAX_DEPTH) throw new Unreadable()
    const start = this.#at
    const content = this.#content(depth)
    return { ...content, bytes: this.bytes.subarray(start, this.#at) }
  }

  #content(depth: number): Content {
    const head = this.#take(1)[0] ?? 0
    const number = this.#number(head & 0x1f)
    switch (head >> 5) {
      case 0:
        return { type: 'integer', value: number }
      case 1:
        return { type: 'integer', value: -1n - number }
      case 2:
        return { type: 'bytes', value: this.#take(this.#count(number)) }
      case 3:
        return { type: 'text', value: textOf(this.#take(this.#count(number))) }
      case 4:
        return { type: 'array', items: this.#each(number, () => this.value(depth + 1)) }
      case 5:
        return { type: 'map', entries: this.#map(number, depth + 1) }
      case 6:
        return { type: 'tag', tag: number, content: this.value(depth + 1) }
      default:
        // The number of a simple value or of the bits of a float; of the floats none has so small a number behind its head.
        if ((head & 0x1f) > 23 || !SIMPLE.has(number)) throw new Unreadable()
        return { type: 'simple', value: SIMPLE.get(number) }
    }
  }

  #map(count: bigint, depth: number): (readonly [CborValue, CborValue])[] {
    const names = new Set<string>()
    return this.#each(count, () => {
      const name = this.value(depth)
      const text = name.bytes.toString('latin1')
      if (names.has(text)) throw new Unreadable()
      names.add(text)
      return [name, this.value(depth)] as const
    })
  }

  #each<T>(count: bigint, read: () => T): T[] {
    return Array.from({ length: this.#count(count) }, read)
  }

  /** A length or a number of elements: never more than there are bytes, each element having at least one. */
  #count(number: bigint): number {
    if (number > BigInt(this.bytes.length - this.#at)) throw new Unreadable()
    return Number(number)
  }

  #number(low: number): bigint {
    if (low < 24) return BigInt(low)
    const [length, least] = LONG_HEADS.get(low) ?? []
    if (length === undefined || least === undefined) throw new Unreadable()
    const value = BigInt(`0x${this.#take(length).toString('hex')}`)
    if (value < least) throw new Unreadable()
    return value
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.bytes.length) throw new Unreadable()
    const taken = this.bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Unreadable()
  }
}
