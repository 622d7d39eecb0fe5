import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly pid: number
  /** Complete lines of its standard output so far. */
  lines(): string[]
  /** Resolves when this many lines are out; rejects when the process ends before. */
  said(count: number): Promise<void>
  /** Writes a line to its standard input. */
  go(): void
  /** SIGKILL, then waits for the end. */
  kill(): Promise<void>
  /** Exit code, or the signal. */
  readonly ended: Promise<number | string>
}

/** Runs a TypeScript file of the kit in a process of its own. */
export function runChild(script: string, args: readonly string[]): Child {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
  const ended = once(child, 'close').then((result: unknown[]) => {
    const reason = result.find((value) => typeof value === 'number' || typeof value === 'string')
    return typeof reason === 'number' || typeof reason === 'string' ? reason : 'lost'
  })
  const lines = (): string[] => out.split('\n').slice(0, -1)
  const said = async (count: number): Promise<void> => {
    while (lines().length < count) {
      const next = await Promise.race([once(child.stdout, 'data'), ended.then(() => 'over' as const)])
      if (next === 'over' && lines().length < count) throw new Error(`the child ended too early: ${errors}`)
    }
  }
  const go = (): void => void child.stdin.write('go\n')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { pid: child.pid ?? 0, lines, said, go, kill, ended }
}
