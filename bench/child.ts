import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of the benchmark that answers each message with one. */
export class Child {
  readonly #process: ChildProcess

  /** @param file beside this one. */
  constructor(
    private readonly file: string,
    execArgv: readonly string[] = [],
  ) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), {
      execArgv: [...execArgv],
      env: { PATH: process.env['PATH'] },
      stdio: 'inherit',
    })
  }

  /** @throws Error when the process ends without an answer. */
  async ask<Answer>(message: string | object): Promise<Answer> {
    const answer = Promise.race([
      once(this.#process, 'message').then(([first]) => first as Answer),
      once(this.#process, 'exit').then(() => Promise.reject(new Error(`${this.file} has ended`))),
    ])
    this.#process.send(message)
    return answer
  }

  /** Resolves when the process has ended by itself, and with it what it writes then. */
  async ended(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit')
  }

  kill(): void {
    this.#process.kill()
  }
}
