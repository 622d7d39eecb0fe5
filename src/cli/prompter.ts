import { KeywardError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import type { ChunkReader } from './chunk-reader.js'
import type { Host } from './host.js'
import { LineEditor } from './line-editor.js'
import type { Echo } from './line-editor.js'
import type { SecretBytes } from './secret-bytes.js'

const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a

/** Asks the person at the terminal. Questions and echo go to standard error, so that results can be redirected. */
export class Prompter {
  readonly #host: Host
  readonly #reader: ChunkReader
  /** Enter may arrive as CR LF, cut in two: the LF then belongs to the answer before. */
  #endedWithReturn = false

  constructor(host: Host, reader: ChunkReader) {
    this.#host = host
    this.#reader = reader
  }

  /** Is there somebody to ask, who can see the question? */
  get available(): boolean {
    return this.#host.isTerminal.stdin && this.#host.isTerminal.stderr
  }

  /**
   * Asks for a secret; stars are shown. `exact` keeps every blank (a password), `trimmed` drops those around it. The caller wipes it.
   * @throws KeywardError INTERRUPTED for Ctrl-C; CONFIRMATION_MISSING when there is no terminal.
   */
  secret(question: string, keep: 'exact' | 'trimmed'): Promise<Secret> {
    return this.#ask(question, 'stars', (line) => (keep === 'exact' ? line.secret() : line.trimmed()))
  }

  /** A visible answer without blanks around it. @throws as `secret` does. */
  answer(question: string): Promise<string> {
    return this.#ask(question, 'plain', (line) => {
      const answer = line.trimmed()
      try {
        return answer.text()
      } finally {
        answer.wipe()
      }
    })
  }

  async #ask<T>(question: string, echo: Echo, take: (line: SecretBytes) => T): Promise<T> {
    if (!this.available) {
      throw new KeywardError('CONFIRMATION_MISSING', `there is no terminal to ask at: "${question}"`)
    }
    const { stdin, stderr } = this.#host
    const editor = new LineEditor(echo, (text) => stderr.write(text))
    // Before the question appears: whoever answers at once must not be echoed by the terminal.
    stdin.setRawMode?.(true)
    try {
      stderr.write(`${question} `)
      await this.#readLine(editor)
      return take(editor.line)
    } finally {
      editor.line.wipe()
      stdin.setRawMode?.(false)
      stderr.write('\n')
    }
  }

  async #readLine(editor: LineEditor): Promise<void> {
    for (;;) {
      const chunk = await this.#reader.next()
      if (chunk === undefined) throw new KeywardError('INTERRUPTED', 'the input ended; nothing was changed')
      try {
        const used = this.#feed(editor, chunk)
        if (used === undefined) continue
        const rest = Buffer.allocUnsafeSlow(chunk.length - used)
        rest.set(chunk.subarray(used))
        this.#reader.unread(rest)
        return
      } finally {
        chunk.fill(0)
      }
    }
  }

  /** @returns how many bytes belong to the line that ended in this chunk; `undefined` while it goes on. */
  #feed(editor: LineEditor, chunk: Buffer): number | undefined {
    for (const [at, byte] of chunk.entries()) {
      const secondHalf = this.#endedWithReturn && byte === LINE_FEED
      this.#endedWithReturn = false
      if (secondHalf) continue
      if (editor.feed(byte)) {
        this.#endedWithReturn = byte === CARRIAGE_RETURN
        return at + 1
      }
    }
    return undefined
  }
}
