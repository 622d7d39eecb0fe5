import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadFamilies } from './family.js'

/*
 * Fuzzes every family of chains, one process for each and as many at a time as there are cores. KEYWARD_FUZZ_SECONDS: how long each family is fuzzed (60),
 * KEYWARD_FUZZ_SEED: replays a run, KEYWARD_FUZZ_FAMILY: only this one.
 */

const seconds = Number(process.env['KEYWARD_FUZZ_SECONDS'] ?? 60)
const seed = Number(process.env['KEYWARD_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const only = process.env['KEYWARD_FUZZ_FAMILY']
const CHILD = fileURLToPath(new URL('fuzz-child.ts', import.meta.url))
/** Far more than a family needs, and far less than what a parser that takes what it is told to take would want. */
const NODE_OPTIONS = ['--max-old-space-size=512', '--expose-gc', '--import', 'tsx']
/** For the start, the first inputs, and a last one that is slow. */
const GRACE_MS = 120_000

/** @returns whether no promise was broken. */
async function runFamily(name: string, folder: string): Promise<boolean> {
  const recorder = join(folder, name)
  const child = spawn(process.execPath, [...NODE_OPTIONS, CHILD, name, `${seconds}`, `${seed}`, recorder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000 + GRACE_MS,
    killSignal: 'SIGKILL',
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text))
  const [code] = (await once(child, 'close')) as [number | null]
  process.stdout.write(output.join(''))
  if (code === 0) return true
  const ending = code === null ? 'was killed: out of time or memory' : `ended with ${code}`
  process.stdout.write(`${name} ${ending}; seed ${seed}; the last input was\n${lastInput(recorder)}\n`)
  return false
}

function lastInput(recorder: string): string {
  try {
    return readFileSync(recorder, 'utf8')
  } catch {
    return 'none'
  }
}

const families = loadFamilies().filter(({ name }) => only === undefined || name === only)
if (families.length === 0) throw new Error(`there is no family "${only ?? ''}"`)
process.stdout.write(
  `fuzzing ${families.length} families for ${seconds} s each; KEYWARD_FUZZ_SEED=${seed} replays this run\n`,
)
const folder = mkdtempSync(join(tmpdir(), 'keyward-fuzz-'))
try {
  const waiting = families.map(({ name }) => name)
  const results: boolean[] = []
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      results.push(await runFamily(name, folder))
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
  process.exitCode = results.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
