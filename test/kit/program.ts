import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export interface Program {
  readonly pid: number
  /** Complete lines of standard output so far. */
  readonly lines: readonly string[]
  readonly stderr: () => string
  /** Exit code, or the signal that ended it. Resolves when all output has been read. */
  readonly ended: Promise<number | string>
  kill(signal: NodeJS.Signals): void
}

/** Starts the compiled program as a process of its own, the way a user does. `npm test` builds it first. */
export function startProgram(argv: readonly string[], env: Readonly<Record<string, string>>, input = ''): Program {
  if (!existsSync(MAIN)) throw new Error('dist/main.js is missing: run `npm run build`')
  const child = spawn(process.execPath, [MAIN, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: 'pipe',
  })
  const lines: string[] = []
  const errors: Buffer[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = Promise.all([once(child, 'close'), once(reader, 'close')]).then(
    ([[code, signal]]) => (code ?? signal) as number | string,
  )
  return {
    pid: child.pid ?? 0,
    lines,
    stderr: () => Buffer.concat(errors).toString('utf8'),
    ended,
    kill: (signal) => void child.kill(signal),
  }
}
