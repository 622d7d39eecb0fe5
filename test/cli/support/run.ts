import { runCli } from '../../../src/cli/run-cli.js'
import { FakeHost } from './fake-terminal.js'
import type { HostOptions } from './fake-terminal.js'

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly host: FakeHost
}

/** Runs one command line in this process, with streams in memory. */
export async function cli(
  argv: readonly string[],
  options: HostOptions & { readonly signal?: AbortSignal } = {},
): Promise<CliResult> {
  const host = new FakeHost(options)
  const code = await runCli(argv, host, { signal: options.signal ?? new AbortController().signal })
  // What was written last has reached the collectors one turn later.
  await new Promise((resolve) => setImmediate(resolve))
  return { code, out: host.out, err: host.err, host }
}

/** The error that a command left for programs: the JSON object after any talk. */
export function errorOf(result: CliResult): { error: string; code: string; advice?: string } {
  const start = /^\{$/m.exec(result.err)?.index ?? 0
  return JSON.parse(result.err.slice(start)) as { error: string; code: string; advice?: string }
}

/** The signatureId in the result of a command that made a wallet. */
export const idOf = (out: string): string => (JSON.parse(out) as { signatureId: string }).signatureId

/** A result as every command prints it. */
export const indented = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
