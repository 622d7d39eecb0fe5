import { KeywardError } from '../../core/errors.js'

export const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `the Solana message is malformed: ${what}`)

/** Reads a message from its first byte to its last. Every read past the end is refused. */
export class ByteReader {
  #at = 0

  constructor(private readonly bytes: Buffer) {}

  get position(): number {
    return this.#at
  }

  /** The memory is shared. @throws KeywardError TRANSACTION_MALFORMED */
  take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.bytes.length) throw malformed('it ends too early')
    const part = this.bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  byte(): number {
    return this.take(1).readUInt8()
  }

  /**
   * A "compact-u16": seven bits in each byte, the low ones first, at most three bytes. Only the shortest spelling is taken, as the network does.
   * Source: https://solana.com/docs/core/transactions, "compact array format".
   */
  compact(): number {
    let value = 0
    for (let place = 0; place < 3; place++) {
      const byte = this.byte()
      value |= (byte & 0x7f) << (7 * place)
      if (byte < 0x80) {
        if ((place > 0 && byte === 0) || value > 0xffff) break
        return value
      }
    }
    throw malformed('a length is not spelled as it must be')
  }

  /** A compact length and that many items. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.compact() }, read)
  }

  end(): void {
    if (this.#at !== this.bytes.length) throw malformed('bytes follow its end')
  }
}
