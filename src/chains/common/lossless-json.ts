import { KeywardError, remoteText } from '../../core/errors.js'

/*
 * JSON without loss. JSON.parse turns numbers into doubles, so an amount of wei above 2^53 would silently become another amount; and of two members with
 * one name it keeps the last, so that two readers of one request could see two recipients. Here numbers keep their digits, and a name given twice is refused.
 */

/** A JSON number as it was written. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Members by name. */
export class LosslessObject extends Map<string, LosslessValue> {}

export type LosslessValue = string | boolean | null | JsonNumber | readonly LosslessValue[] | LosslessObject

const MAX_DEPTH = 16
const SPACE = /[\t\n\r ]*/y
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** @throws KeywardError TRANSACTION_MALFORMED for a text that is not JSON, not an object, nested too deeply, or names a member twice. */
export function parseLosslessObject(text: string): LosslessObject {
  requireJson(text)
  const value = new Reader(text).value(0)
  if (value instanceof LosslessObject) return value
  throw malformed('is not a JSON object')
}

/** The grammar is checked by the engine's own parser, so that the reader below sees sound JSON only and can be plain. */
function requireJson(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw malformed('is not JSON')
  }
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `the serialized transaction ${what}`)

class Reader {
  #at = 0

  constructor(private readonly text: string) {}

  value(depth: number): LosslessValue {
    if (depth > MAX_DEPTH) throw malformed('is nested too deeply')
    switch (this.#peek()) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return new JsonNumber(this.#match(NUMBER))
    }
  }

  #object(depth: number): LosslessObject {
    const members = new LosslessObject()
    this.#each('}', () => {
      this.#peek()
      const name = this.#string()
      if (members.has(name)) throw malformed(`names "${remoteText(name).slice(0, 40)}" twice`)
      this.#peek()
      this.#at += ':'.length
      members.set(name, this.value(depth + 1))
    })
    return members
  }

  #array(depth: number): readonly LosslessValue[] {
    const elements: LosslessValue[] = []
    this.#each(']', () => elements.push(this.value(depth + 1)))
    return elements
  }

  /** Calls `read` for each element between the bracket here and the closing one. */
  #each(closing: string, read: () => void): void {
    this.#at += 1
    let open = this.#peek() !== closing
    while (open) {
      read()
      open = this.#peek() === ','
      if (open) this.#at += 1
    }
    this.#at += 1
  }

  #string(): string {
    const start = this.#at
    let end = start
    do end = this.text.indexOf('"', end + 1)
    while (this.#isEscaped(end))
    this.#at = end + 1
    const literal: unknown = JSON.parse(this.text.slice(start, this.#at))
    return typeof literal === 'string' ? literal : ''
  }

  /** A quotation mark after an odd number of backslashes belongs to the string. */
  #isEscaped(at: number): boolean {
    let first = at
    while (this.text[first - 1] === '\\') first -= 1
    return (at - first) % 2 === 1
  }

  #word<T>(word: string, value: T): T {
    this.#at += word.length
    return value
  }

  /** Skips white space. */
  #peek(): string | undefined {
    this.#match(SPACE)
    return this.text[this.#at]
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.#at += found.length
    return found
  }
}
