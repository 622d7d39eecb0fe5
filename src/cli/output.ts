import type { Writable } from 'node:stream'
import { KeywardError } from '../core/errors.js'
import type { JsonValue } from '../core/json.js'

/** A result that did not get out. */
export class OutputLost extends KeywardError {
  /** Whoever read it has seen enough and gone, as `head` does; otherwise the disk is full, or the like. */
  readonly readerHasGone: boolean

  constructor(problem: Error) {
    const readerHasGone = 'code' in problem && problem.code === 'EPIPE'
    const why = readerHasGone ? ': its reader has gone' : ''
    super('INTERRUPTED', `the output could not be written${why}`, { cause: problem })
    this.readerHasGone = readerHasGone
  }
}

/** Results go to standard output, talk goes to standard error. */
export class Output {
  readonly #stdout: Writable
  readonly #stderr: Writable

  constructor(stdout: Writable, stderr: Writable) {
    this.#stdout = stdout
    this.#stderr = stderr
    // A reader that has gone (`keyward export | head`) is reported by the write that notices it; the event would end the process.
    stdout.on('error', () => undefined)
    stderr.on('error', () => undefined)
  }

  /** The result of a command: JSON with an indent of two blanks, as the reference tool prints it. */
  json(value: JsonValue): Promise<void> {
    return this.text(`${JSON.stringify(value, undefined, 2)}\n`)
  }

  /** Resolves when the operating system has taken the text. @throws KeywardError INTERRUPTED as OutputLost. */
  text(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stdout.write(text, (problem) => {
        if (!problem) {
          resolve()
          return
        }
        reject(new OutputLost(problem))
      })
    })
  }

  /** One line of talk. */
  note(line: string): void {
    this.#stderr.write(`${line}\n`)
  }

  /** Talk without a line end: prompts, echo and progress. */
  talk(text: string): void {
    this.#stderr.write(text)
  }
}
