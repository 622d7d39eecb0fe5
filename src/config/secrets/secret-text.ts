import { Secret } from '../../core/secret.js'

/** Longer than any password, key or token. */
export const MAX_SECRET_BYTES = 65_536

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** One buffer of fixed size that grows a secret chunk by chunk, so that no half-grown copy stays behind. Whoever makes one wipes it. */
export class SecretBuffer {
  // One byte more than is allowed, so that "too long" is seen without reading on.
  readonly #bytes = Buffer.allocUnsafeSlow(MAX_SECRET_BYTES + 1)
  #length = 0

  /** The free rest, for a reader that fills it; `advance` then says how far. */
  get free(): Buffer {
    return this.#bytes.subarray(this.#length)
  }

  get tooLong(): boolean {
    return this.#length > MAX_SECRET_BYTES
  }

  advance(bytes: number): void {
    this.#length += bytes
  }

  /** Takes as much of a chunk as there is room for, and overwrites the chunk. */
  append(chunk: Buffer): void {
    this.#length += chunk.copy(this.free)
    chunk.fill(0)
  }

  /** What was read without one line end behind it, which editors and `echo` put there; `undefined` when nothing is left. */
  secret(): Secret | undefined {
    let end = this.#length
    if (end > 0 && this.#bytes[end - 1] === LINE_FEED) end -= 1
    if (end < this.#length && end > 0 && this.#bytes[end - 1] === CARRIAGE_RETURN) end -= 1
    return end === 0 ? undefined : Secret.copy(this.#bytes.subarray(0, end))
  }

  wipe(): void {
    this.#bytes.fill(0)
    this.#length = 0
  }
}
