import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EmulatorOrder, EmulatorReport } from './emulator.js'
import { PASSWORD } from './stores.js'

const fileBeside = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const MAIN = fileBeside('../dist/main.js')

export interface Usage {
  readonly wallMs: number
  /** User and system time of all threads. */
  readonly cpuSeconds: number
  readonly peakMiB: number
  readonly stdout: string
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>
  /** More time for every commit of the journal. */
  readonly syncMs?: number
}

/** Runs the compiled program to its end, as a user does. @throws Error unless it ends with 0. */
export async function runProgram(
  argv: readonly string[],
  { env = {}, syncMs = 0 }: ProgramOptions = {},
): Promise<Usage> {
  if (!existsSync(MAIN)) throw new Error('dist/main.js is missing: run `npm run build`')
  const folder = await mkdtemp(join(tmpdir(), 'keyward-bench-run-'))
  const usageFile = join(folder, 'usage.json')
  const imports = [
    '--import',
    fileBeside('usage-at-exit.mjs'),
    ...(syncMs > 0 ? ['--import', fileBeside('slow-sync.mjs')] : []),
  ]
  try {
    const startedAt = performance.now()
    const child = spawn(process.execPath, [...imports, MAIN, ...argv], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TATUM_KMS_PASSWORD: PASSWORD,
        TATUM_API_KEY: 'benchmark',
        KEYWARD_BENCH_USAGE: usageFile,
        KEYWARD_BENCH_SYNC_MS: String(syncMs),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, errors]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    const [code] = (await once(child, 'close')) as [number | null]
    const wallMs = performance.now() - startedAt
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${Buffer.concat(errors).toString('utf8')}`)
    const used = JSON.parse(await readFile(usageFile, 'utf8')) as Pick<Usage, 'cpuSeconds' | 'peakMiB'>
    return { ...used, wallMs, stdout: Buffer.concat(out).toString('utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export interface Emulation {
  readonly url: string
  /** Ends the emulator. */
  finish(): Promise<EmulatorReport>
}

/** Starts the API in a process of its own. */
export async function startEmulator(order: EmulatorOrder): Promise<Emulation> {
  const child = fork(fileBeside('emulator.ts'), { execArgv: ['--import', 'tsx'], stdio: 'inherit' })
  const message = async (): Promise<unknown> =>
    Promise.race([
      once(child, 'message').then(([first]) => first as unknown),
      once(child, 'exit').then(() => Promise.reject(new Error('the emulator has ended'))),
    ])
  const listening = message()
  child.send(order)
  const { url } = (await listening) as { url: string }
  return {
    url,
    finish: async () => {
      const report = message()
      child.send('finish')
      return (await report) as EmulatorReport
    },
  }
}
