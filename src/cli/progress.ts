import type { CommandContext } from './context.js'

const REDRAW_MS = 100

/** `what: 120 of 1000` on a terminal's last line, redrawn now and then; silent elsewhere. */
export class ProgressLine {
  readonly #context: CommandContext
  readonly #what: string
  #drawnAt = 0
  #drawn = false

  constructor(context: CommandContext, what: string) {
    this.#context = context
    this.#what = what
  }

  readonly update = (done: number, total: number): void => {
    const now = performance.now()
    if (!this.#context.host.isTerminal.stderr || (done < total && now - this.#drawnAt < REDRAW_MS)) return
    this.#drawnAt = now
    this.#drawn = true
    this.#context.output.talk(`\r${this.#what}: ${done} of ${total}`)
  }

  /** Leaves the line clean for what is printed next. */
  clear(): void {
    if (this.#drawn) this.#context.output.talk('\r\u001b[K')
    this.#drawn = false
  }
}
