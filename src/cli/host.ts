import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import type { Readable, Writable } from 'node:stream'

/** Standard input: a terminal can be switched to raw mode, where keys arrive one by one and unechoed. */
export type InputStream = Readable & { setRawMode?(raw: boolean): unknown }

/** What the operating system gives a command. Tests hand in their own, so that every command runs in-process. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly stdin: InputStream
  readonly stdout: Writable
  readonly stderr: Writable
  /** Which of the three streams a person sits at. */
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  /** Width of the help text. */
  readonly columns: number
}

const MAX_COLUMNS = 120

export function processHost(): Host {
  const { stdin, stdout, stderr } = process
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    stdin,
    stdout,
    stderr,
    isTerminal: { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) },
    columns: Math.min(isatty(1) ? stdout.columns : MAX_COLUMNS, MAX_COLUMNS),
  }
}
