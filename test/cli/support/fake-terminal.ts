import { PassThrough, Readable } from 'node:stream'
import type { Host, InputStream } from '../../../src/cli/host.js'

/** What is typed when a question appears. Each is used once, in order. */
export interface Answer {
  readonly question: RegExp
  readonly keys: string | Buffer
}

export interface HostOptions {
  readonly env?: Record<string, string>
  readonly home?: string
  readonly cwd?: string
  /** Piped standard input; nothing (an ended pipe) when absent. */
  readonly stdin?: string | Readable
  /** A person sits at standard input and standard error and answers. */
  readonly answers?: readonly Answer[]
  /** Standard output is the person's screen as well. Default: as `answers`. */
  readonly screen?: boolean
}

/** A host whose streams are in memory: a terminal with a person who answers, or pipes. */
export class FakeHost implements Host {
  readonly env: Record<string, string>
  readonly home: string
  readonly cwd: string
  readonly stdin: InputStream
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  readonly isTerminal: Host['isTerminal']
  readonly columns = 100
  /** Every switch of the terminal's raw mode. */
  readonly rawModes: boolean[] = []
  #out = ''
  #err = ''
  readonly #keys = new PassThrough()
  readonly #answers: Answer[]
  #answeredUpTo = 0

  constructor(options: HostOptions = {}) {
    this.env = options.env ?? {}
    this.home = options.home ?? '/nonexistent'
    this.cwd = options.cwd ?? this.home
    this.#answers = [...(options.answers ?? [])]
    const person = options.answers !== undefined
    this.isTerminal = { stdin: person, stderr: person, stdout: options.screen ?? person }
    this.stdin = person ? this.#keyboard() : piped(options.stdin)
    this.stdout.on('data', (chunk: Buffer) => (this.#out += chunk.toString()))
    this.stderr.on('data', (chunk: Buffer) => {
      this.#err += chunk.toString()
      this.#answer()
    })
  }

  /** Types while no question is waited for, or in pieces. */
  type(keys: string | Buffer): void {
    this.#keys.write(keys)
  }

  /** The terminal goes away. */
  hangUp(): void {
    this.#keys.end()
  }

  get out(): string {
    return this.#out
  }

  get err(): string {
    return this.#err
  }

  /** Questions nobody asked. */
  get unusedAnswers(): number {
    return this.#answers.length
  }

  #keyboard(): InputStream {
    return Object.assign(this.#keys, {
      setRawMode: (raw: boolean): void => {
        this.rawModes.push(raw)
      },
    })
  }

  #answer(): void {
    const [next] = this.#answers
    const fresh = this.#err.slice(this.#answeredUpTo)
    if (next?.question.test(fresh) !== true) return
    this.#answers.shift()
    this.#answeredUpTo = this.#err.length
    setImmediate(() => this.#keys.write(next.keys))
  }
}

const piped = (input: string | Readable | undefined): Readable =>
  input instanceof Readable ? input : Readable.from(input === undefined || input === '' ? [] : [Buffer.from(input)])
