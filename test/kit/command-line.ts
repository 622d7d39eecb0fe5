import type { runCli as RunCli } from '../../src/cli/run-cli.js'
import { PassThrough, Writable } from 'node:stream'

/** The compiled program, which `npm test` builds first: its journal thread starts in a tenth of the time that the sources take. */
const COMPILED = new URL('../../dist/cli/run-cli.js', import.meta.url).href

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandEnvironment {
  readonly home: string
  readonly env?: Readonly<Record<string, string>>
  /** What is piped in. */
  readonly input?: string
  readonly signal?: AbortSignal
}

const collector = (): { stream: Writable; text: () => string } => {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}

/** Runs a command line in this process, away from any terminal, with a home of its own. */
export async function command(
  argv: readonly string[],
  { home, env = {}, input, signal }: CommandEnvironment,
): Promise<CommandResult> {
  const [stdout, stderr] = [collector(), collector()]
  const stdin = new PassThrough()
  stdin.end(input ?? '')
  const host = {
    ...{ env, cwd: home, home, stdin, stdout: stdout.stream, stderr: stderr.stream, columns: 120 },
    isTerminal: { stdin: false, stdout: false, stderr: false },
  }
  const { runCli } = (await import(COMPILED)) as { runCli: typeof RunCli }
  const exitCode = await runCli(argv, host, { signal: signal ?? new AbortController().signal })
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}
