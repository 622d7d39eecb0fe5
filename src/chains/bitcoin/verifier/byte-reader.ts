import { failure } from './failure.js'

/** Reads the Bitcoin wire format. Every length is checked against what is there, and every number must be written in its shortest form. */
export class ByteReader {
  #at = 0

  constructor(readonly bytes: Buffer) {}

  get position(): number {
    return this.#at
  }

  get atEnd(): boolean {
    return this.#at === this.bytes.length
  }

  slice(length: number): Buffer {
    const end = this.#at + length
    if (end > this.bytes.length) throw failure('it ends too early')
    const part = this.bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  /** The next byte, without moving on. */
  peek(ahead: number): number | undefined {
    return this.bytes[this.#at + ahead]
  }

  uint32(): number {
    return this.slice(4).readUInt32LE()
  }

  int32(): number {
    return this.slice(4).readInt32LE()
  }

  uint64(): bigint {
    return this.slice(8).readBigUInt64LE()
  }

  /** CompactSize: 1, 3, 5 or 9 bytes. More than 2^32 of anything cannot be meant. */
  count(): number {
    const first = this.slice(1).readUInt8()
    if (first < 0xfd) return first
    const value = first === 0xfd ? this.slice(2).readUInt16LE() : first === 0xfe ? this.uint32() : 0
    if (value < (first === 0xfd ? 0xfd : 0x1_0000)) throw failure('a length is not written in its shortest form')
    return value
  }

  /** A length and that many bytes. */
  chunk(): Buffer {
    return this.slice(this.count())
  }

  /** A count and that many items. `minimumBytes` of an item bounds the count by what is left, before anything is allocated. */
  list<T>(minimumBytes: number, item: () => T): T[] {
    const count = this.count()
    if (count * minimumBytes > this.bytes.length - this.#at) throw failure('it ends too early')
    return Array.from({ length: count }, item)
  }
}
