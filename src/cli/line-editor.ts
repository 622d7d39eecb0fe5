import { KeywardError } from '../core/errors.js'
import { SecretBytes } from './secret-bytes.js'

const CTRL_C = 0x03
const CTRL_D = 0x04
const BACKSPACE = 0x08
const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const CTRL_U = 0x15
const ESCAPE = 0x1b
const DELETE = 0x7f

/** Echo of one typed character. */
export type Echo = 'stars' | 'plain'

const isPrintable = (byte: number): boolean => byte >= 0x20 || byte === TAB
const startsCharacter = (byte: number): boolean => (byte & 0xc0) !== 0x80

/**
 * One line typed at a terminal in raw mode, byte by byte: echo, backspace, Ctrl-U; arrow keys and the marks around a bracketed paste are swallowed.
 * A paste may arrive in pieces that cut a character or an escape sequence in two.
 */
export class LineEditor {
  readonly line = new SecretBytes()
  readonly #echo: Echo
  readonly #show: (text: string | Uint8Array) => void
  #escape: 'none' | 'started' | 'sequence' = 'none'

  constructor(echo: Echo, show: (text: string | Uint8Array) => void) {
    this.#echo = echo
    this.#show = show
  }

  /**
   * @returns whether this byte ended the line.
   * @throws KeywardError INTERRUPTED for Ctrl-C, and for Ctrl-D on an empty line.
   */
  feed(byte: number): boolean {
    if (this.#escape !== 'none') {
      this.#swallow(byte)
      return false
    }
    switch (byte) {
      case CTRL_C:
        throw new KeywardError('INTERRUPTED', 'interrupted; nothing was changed')
      case CTRL_D:
        if (this.line.length === 0) throw new KeywardError('INTERRUPTED', 'the input ended; nothing was changed')
        return false
      case LINE_FEED:
      case CARRIAGE_RETURN:
        return true
      case BACKSPACE:
      case DELETE:
        if (this.line.removeLast()) this.#show('\b \b')
        return false
      case CTRL_U:
        while (this.line.removeLast()) this.#show('\b \b')
        return false
      case ESCAPE:
        this.#escape = 'started'
        return false
      default:
        if (isPrintable(byte)) this.#type(byte)
        return false
    }
  }

  #type(byte: number): void {
    this.line.append(byte)
    if (this.#echo === 'plain') this.#show(Uint8Array.of(byte))
    else if (startsCharacter(byte)) this.#show('*')
  }

  /** ECMA-48: `ESC [` and `ESC O` start a sequence that ends with a byte from @ to ~; after any other byte it is over. */
  #swallow(byte: number): void {
    if (this.#escape === 'started') {
      this.#escape = byte === 0x5b || byte === 0x4f ? 'sequence' : 'none'
    } else if (byte >= 0x40 && byte <= 0x7e) {
      this.#escape = 'none'
    }
  }
}
