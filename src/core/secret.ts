import { inspect } from 'node:util'

const MASK = '[secret]'

/**
 * A secret with a short life: its bytes live in one buffer outside the JavaScript heap's string space, and are overwritten by `wipe`.
 * Printing, serialising or inspecting it gives a mask. What JavaScript cannot promise (copies made by `text()`, or by libraries that want
 * strings) is listed in docs/security-model.md.
 */
export class Secret {
  #bytes: Buffer | undefined

  private constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Takes the buffer over: the caller must not keep or wipe it. */
  static own(bytes: Buffer): Secret {
    return new Secret(bytes)
  }

  /** Copies the bytes; the caller wipes its own. */
  static copy(bytes: Uint8Array): Secret {
    const own = Buffer.allocUnsafeSlow(bytes.length)
    own.set(bytes)
    return new Secret(own)
  }

  /** UTF-8 bytes of a text. The text itself stays in the heap until it is collected: use it only where a string already exists. */
  static fromText(text: string): Secret {
    const own = Buffer.allocUnsafeSlow(Buffer.byteLength(text, 'utf8'))
    own.write(text, 'utf8')
    return new Secret(own)
  }

  get byteLength(): number {
    return this.#open().length
  }

  get wiped(): boolean {
    return this.#bytes === undefined
  }

  /** Lends the bytes for the length of the call. Do not keep the buffer. */
  use<T>(borrow: (bytes: Buffer) => T): T {
    return borrow(this.#open())
  }

  /** A string copy, which cannot be wiped. For output the user asked for, and for libraries that take nothing else. */
  text(): string {
    return this.#open().toString('utf8')
  }

  clone(): Secret {
    return Secret.copy(this.#open())
  }

  /** Overwrites the bytes. Any later use throws. Safe to call twice. */
  wipe(): void {
    this.#bytes?.fill(0)
    this.#bytes = undefined
  }

  #open(): Buffer {
    if (this.#bytes === undefined) throw new Error('this secret has been wiped')
    return this.#bytes
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
