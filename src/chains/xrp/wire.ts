/*
 * The XRP Ledger's binary format (https://xrpl.org/docs/references/protocol/binary-format), as far as a verifier needs it: where each field of a transaction
 * starts and ends. Written here so that what the codec made is read by other code.
 */

/** A field: its number is type * 256 + code, by which fields are sorted. `bytes` is header and content. */
export interface WireField {
  readonly id: number
  readonly bytes: Buffer
  readonly content: Buffer
}

/** Length of the content by type; what is not here has a length of its own. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  1: 2, // UInt16
  2: 4, // UInt32
  3: 8, // UInt64
  4: 16, // Hash128
  5: 32, // Hash256
  9: 12, // Number
  10: 4, // Int32
  11: 8, // Int64
  16: 1, // UInt8
  17: 20, // Hash160
  20: 12, // UInt96
  21: 24, // Hash192
  22: 48, // Hash384
  23: 64, // Hash512
  26: 20, // Currency
}
const AMOUNT = 6
const OBJECT = 14
const ARRAY = 15
const PATH_SET = 18
/** Types whose content says how long it is: Blob, AccountID, Vector256. */
const PREFIXED: readonly number[] = [7, 8, 19]
const OBJECT_END = (OBJECT << 8) | 1
const ARRAY_END = (ARRAY << 8) | 1
const MAX_DEPTH = 8

/** The fields of a transaction, or `undefined` when the bytes do not divide into known types of field. */
export function splitFields(bytes: Buffer): readonly WireField[] | undefined {
  try {
    const reader = new Reader(bytes)
    const fields: WireField[] = []
    while (!reader.atEnd) fields.push(reader.field(0))
    return fields
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Throws RangeError where the bytes make no sense. */
class Reader {
  #at = 0

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.#at === this.bytes.length
  }

  field(depth: number): WireField {
    const start = this.#at
    const id = this.#header()
    const from = this.#contentStart(id >> 8)
    const length = this.#skipContent(id >> 8, depth)
    const content = this.bytes.subarray(from, from + length)
    return { id, bytes: this.bytes.subarray(start, this.#at), content }
  }

  /** Four bits each for type and code; what does not fit follows in a byte of its own. */
  #header(): number {
    const first = this.#byte()
    const type = first >> 4 === 0 ? this.#atLeast16() : first >> 4
    const code = (first & 15) === 0 ? this.#atLeast16() : first & 15
    return (type << 8) | code
  }

  #atLeast16(): number {
    const value = this.#byte()
    if (value < 16) throw new RangeError('a number is not in its short form')
    return value
  }

  #length = 0

  /** Where the content starts: after the length, for the types that have one. */
  #contentStart(type: number): number {
    if (PREFIXED.includes(type)) this.#length = this.#prefix()
    return this.#at
  }

  #skipContent(type: number, depth: number): number {
    const start = this.#at
    const fixed = FIXED_BYTES[type]
    if (fixed !== undefined) this.#skip(fixed)
    else if (PREFIXED.includes(type)) this.#skip(this.#length)
    else if (type === AMOUNT) this.#skip(this.#amountLength())
    else if (type === PATH_SET) this.#skipPaths()
    else if (type === OBJECT) this.#skipNested(OBJECT_END, depth)
    else if (type === ARRAY) this.#skipNested(ARRAY_END, depth)
    else throw new RangeError('a type that is not known here')
    return this.#at - start
  }

  /** One to three bytes, for lengths up to 192, 12,480 and 918,744. */
  #prefix(): number {
    const first = this.#byte()
    if (first <= 192) return first
    if (first <= 240) return 193 + (first - 193) * 256 + this.#byte()
    if (first <= 254) return 12_481 + (first - 241) * 65_536 + this.#byte() * 256 + this.#byte()
    throw new RangeError('a length that does not exist')
  }

  /** An issued amount, an amount of a multi-purpose token, or drops. */
  #amountLength(): number {
    const first = this.bytes[this.#at] ?? 0
    if ((first & 0x80) !== 0) return 48
    return (first & 0x20) !== 0 ? 33 : 8
  }

  /** Steps of one to three parts, 20 bytes each; 0xFF between paths, 0x00 after the last. */
  #skipPaths(): void {
    for (let kind = this.#byte(); kind !== 0; kind = this.#byte()) {
      if (kind === 0xff) continue
      if ((kind & ~0x31) !== 0) throw new RangeError('a path of a kind that is not known here')
      for (const part of [0x01, 0x10, 0x20]) if ((kind & part) !== 0) this.#skip(20)
    }
  }

  #skipNested(end: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw new RangeError('nested too deeply')
    for (;;) {
      const start = this.#at
      if (this.#header() === end) return
      this.#at = start
      this.field(depth + 1)
    }
  }

  #byte(): number {
    const value = this.bytes[this.#at]
    if (value === undefined) throw new RangeError('the bytes end early')
    this.#at += 1
    return value
  }

  #skip(length: number): void {
    if (this.#at + length > this.bytes.length) throw new RangeError('the bytes end early')
    this.#at += length
  }
}
