import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { KeywardError } from '../../core/errors.js'
import type { CommandContext } from '../context.js'
import { runCli } from '../run-cli.js'

/** Types commands as a user would, into a home of its own, and shows them with their output. */
export class DemoShell {
  readonly #colour: boolean

  constructor(
    private readonly context: CommandContext,
    readonly home: string,
  ) {
    const { env, isTerminal } = context.host
    this.#colour = isTerminal.stdout && (env['NO_COLOR'] ?? '') === ''
  }

  /** A heading and a sentence on what follows. */
  async step(title: string, ...sentences: readonly string[]): Promise<void> {
    await this.say(`\n${this.#bold(title)}`, ...sentences.map((sentence) => `  ${sentence}`))
  }

  say(...lines: readonly string[]): Promise<void> {
    return this.context.output.text(`${lines.join('\n')}\n`)
  }

  /** Writes the configuration that all commands of the demo find in their folder. */
  async configure(apiUrl: string, approvalUrl: string): Promise<void> {
    await writeFile(join(this.home, 'api-key'), 'demo', { mode: 0o600 })
    await writeFile(join(this.home, 'password'), randomBytes(24).toString('base64url'), { mode: 0o600 })
    const yaml = [
      'testnet: true',
      'api:',
      `  url: ${apiUrl}`,
      '  key: file:api-key',
      'backend:',
      '  type: file',
      '  path: wallet.dat',
      '  password: file:password',
      'approval:',
      `  url: ${approvalUrl}`,
      '  method: POST',
    ]
    await writeFile(join(this.home, 'keyward.yaml'), `${yaml.join('\n')}\n`, { mode: 0o600 })
    await this.say('', '  keyward.yaml:', ...yaml.map((line) => `    ${line}`))
  }

  /** Runs a command and shows it. @returns what it printed. @throws KeywardError when it fails. */
  async run(...argv: readonly string[]): Promise<string> {
    await this.say('', `  $ ${this.#bold(`keyward ${argv.join(' ')}`)}`)
    const printed: Buffer[] = []
    const stdout = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        printed.push(chunk)
        done()
      },
    })
    const { env, stderr } = this.context.host
    const stdin = new PassThrough().end()
    const host = {
      ...{
        env: { NO_COLOR: '1', PATH: env['PATH'] },
        cwd: this.home,
        home: this.home,
        stdin,
        stdout,
        stderr,
        columns: 120,
      },
      isTerminal: { stdin: false, stdout: false, stderr: false },
    }
    const exitCode = await runCli(argv, host, { signal: this.context.signal })
    const output = Buffer.concat(printed).toString('utf8')
    await this.say(
      ...output
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    )
    if (exitCode !== 0) throw new KeywardError('INTERNAL', `keyward ${argv.join(' ')} ended with exit code ${exitCode}`)
    return output
  }

  #bold(text: string): string {
    return this.#colour ? `\u001b[1m${text}\u001b[0m` : text
  }
}
