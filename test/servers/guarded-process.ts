import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Ends the server when its own standard input closes, which the operating system does even when the test run is killed. */
const GUARD = `
const { spawn } = require('node:child_process')
const [command, ...args] = process.argv.slice(1)
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
const stop = () => server.kill('SIGKILL')
process.stdin.on('end', stop).on('error', stop).resume()
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop)
server.on('error', (error) => { console.error(error.code); process.exit(127) })
server.on('exit', () => process.exit(0))
`

/** A slow machine that runs several test files at once starts a server in seconds, not minutes. */
const START_TIMEOUT_MS = 60_000
const KEPT_LINES = 40

/** A server in a process of its own. It ends with `stop`, and with this process however that ends. */
export class GuardedProcess {
  readonly #lines: string[] = []

  private constructor(private readonly guard: ChildProcess) {}

  /**
   * @param ready is asked with all output so far after each line; its first answer that is not `undefined` means that the server has started.
   * @throws Error with the server's last lines, when it ends or says nothing useful in time.
   */
  static async start<T>(
    command: string,
    args: readonly string[],
    ready: (output: string) => T | undefined,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly server: GuardedProcess; readonly facts: T }> {
    const guard = spawn(process.execPath, ['-e', GUARD, '--', command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Nothing but what a program needs to run: a developer's own VAULT_ADDR or AWS_PROFILE must not reach the server.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...environment },
      detached: true,
    })
    const server = new GuardedProcess(guard)
    try {
      return { server, facts: await server.#begun(command, ready) }
    } catch (thrown) {
      await server.stop()
      throw thrown
    }
  }

  /** The server's last lines, for a failed test. */
  get output(): string {
    return this.#lines.join('\n')
  }

  /** Ends the server and waits for its end. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.guard.exitCode !== null || this.guard.signalCode !== null) return
    const exited = once(this.guard, 'exit')
    this.guard.stdin?.end()
    await exited
  }

  #begun<T>(command: string, ready: (output: string) => T | undefined): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    return new Promise<T>((resolve, reject) => {
      const fail = (reason: string): void =>
        reject(new Error(`${command} ${reason}; its last lines were:\n${this.output}`))
      timer = setTimeout(() => fail(`did not start within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS)
      const heard = (line: string): void => {
        this.#lines.push(line)
        if (this.#lines.length > KEPT_LINES * 2) this.#lines.splice(KEPT_LINES, 1)
        const facts = ready(this.output)
        if (facts !== undefined) resolve(facts)
      }
      for (const stream of [this.guard.stdout, this.guard.stderr]) {
        if (stream) createInterface({ input: stream }).on('line', heard)
      }
      this.guard.once('exit', () => fail('ended at once'))
    }).finally(() => clearTimeout(timer))
  }
}
