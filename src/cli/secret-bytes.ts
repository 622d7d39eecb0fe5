import { KeywardError } from '../core/errors.js'
import { Secret } from '../core/secret.js'

/** Longer than any mnemonic, key or password; a whole file piped in by mistake ends here. */
const MAX_SECRET_BYTES = 8192

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80
const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** A line that is being typed or read: one buffer of fixed size, wiped at the end, so that no copy of a secret stays behind. */
export class SecretBytes {
  readonly #bytes = Buffer.allocUnsafeSlow(MAX_SECRET_BYTES)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** @throws KeywardError USAGE when the line is longer than any secret. */
  append(byte: number): void {
    if (this.#length === MAX_SECRET_BYTES) {
      throw new KeywardError(
        'USAGE',
        `the input is longer than ${MAX_SECRET_BYTES} bytes: that is no mnemonic, key or password`,
      )
    }
    this.#bytes[this.#length++] = byte
  }

  /** Takes the last character away, however many bytes of UTF-8 it has. @returns whether there was one. */
  removeLast(): boolean {
    if (this.#length === 0) return false
    while (this.#length > 1 && isContinuation(this.#bytes[this.#length - 1] ?? 0)) this.#length--
    this.#length--
    return true
  }

  /** What was typed, exactly. */
  secret(): Secret {
    return Secret.copy(this.#bytes.subarray(0, this.#length))
  }

  /** What was typed without blanks and line ends around it. */
  trimmed(): Secret {
    let start = 0
    let end = this.#length
    while (start < end && isBlank(this.#bytes[start])) start++
    while (end > start && isBlank(this.#bytes[end - 1])) end--
    return Secret.copy(this.#bytes.subarray(start, end))
  }

  wipe(): void {
    this.#bytes.fill(0)
    this.#length = 0
  }
}
