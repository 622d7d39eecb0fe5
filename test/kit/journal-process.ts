import { spawn } from 'node:child_process'
import { expect } from 'chai'
import { pendingIdSchema } from '../../src/core/ids.js'
import type { PendingId } from '../../src/core/ids.js'
import { TRANSACTION_STATES } from '../../src/core/journal.js'
import type { JournalEntry, TransactionState } from '../../src/core/journal.js'
import { compileSources, sourceName } from './compiled.js'
import type { CompiledSources } from './compiled.js'

const SCRIPT = sourceName(new URL('./journal-child.ts', import.meta.url))

/** What the child consists of, to be compiled once for many children. */
export const compileJournalChild = (): Promise<CompiledSources> =>
  compileSources([SCRIPT, 'test/kit/journal-fixtures.ts', 'src/journal', 'src/core'])

/** A process of `journal-child.ts`. */
export interface JournalProcess {
  /** Whole lines that it has written so far. */
  lines(): readonly string[]
  /** Resolves with the lines when there are so many, or when it has ended. */
  saidAtLeast(count: number): Promise<readonly string[]>
  /** SIGKILL; resolves when it is gone, with all whole lines. */
  kill(): Promise<readonly string[]>
  readonly ended: Promise<void>
}

/** @param fileLimitKiB size at which writing to a file fails, as it does on a disk that is full. */
export function startJournalProcess(
  compiled: CompiledSources,
  args: readonly string[],
  fileLimitKiB?: number,
): JournalProcess {
  const command = [process.execPath, compiled.path(SCRIPT), ...args]
  const limited = ['sh', '-c', `ulimit -f ${(fileLimitKiB ?? 0) * 2}; exec "$@"`, 'sh', ...command]
  const [program, ...rest] = fileLimitKiB === undefined ? command : limited
  const child = spawn(program ?? '', rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let news = (): void => undefined
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    news()
  })
  const lines = (): string[] => output.split('\n').slice(0, -1)
  let over = false
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      over = true
      news()
      resolve()
    })
  })
  return {
    lines,
    ended,
    saidAtLeast: (count) =>
      new Promise((resolve) => {
        news = () => {
          if (over || lines().length >= count) resolve(lines())
        }
        news()
      }),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
      return lines()
    },
  }
}

interface Acknowledgement {
  /** Which of the process's journals. */
  readonly position: number
  readonly state: TransactionState
}

/** The last step of each transaction that the process was told is durable. */
export function acknowledgements(lines: readonly string[]): ReadonlyMap<PendingId, Acknowledgement> {
  const facts = lines.map((line) => line.split(' ')).filter(({ length }) => length === 3)
  return new Map(
    facts.map(([position, id, reached]) => {
      const state = TRANSACTION_STATES.find((known) => known === reached)
      if (state === undefined) throw new Error(`${reached} is no state`)
      return [pendingIdSchema.parse(id), { position: Number(position), state }]
    }),
  )
}

/** A journal may know more than it could acknowledge before the process died, but never less. The states of the child's walk are in their order. */
export function expectReached(entry: JournalEntry, acknowledged: TransactionState): void {
  const order = (state: TransactionState): number => TRANSACTION_STATES.indexOf(state)
  expect(order(entry.state), `${entry.pendingId} is ${entry.state}`).to.be.within(
    order(acknowledged),
    order(acknowledged) + 1,
  )
}
