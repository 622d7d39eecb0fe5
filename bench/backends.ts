import { Child } from './child.js'
import type { FakeOrder, FakePlace, FakeReport, Product } from './backend-fake.js'
import { repeated, summary } from './measurement.js'
import type { Measurement } from './measurement.js'
import { dispose, PASSWORD, storeWith } from './stores.js'

/** One way to load all wallets of a backend. */
export interface BackendLoad {
  readonly backend: Product | 'file'
  readonly how: string
  readonly wallets: number
  readonly budgetSeconds?: number
  readonly latencyMs?: number
  /** The ids are known; nothing is listed. */
  readonly byName?: boolean
  /** No rate limit, here or there. */
  readonly unlimited?: boolean
  /** Listings afterwards, to see what staying up to date costs and that memory does not grow. */
  readonly reloads?: number
}

/** What the loader answers. */
interface Loaded {
  readonly openSeconds: number
  readonly readSeconds: number
  readonly listSeconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
  /** Wallets that were read, and that the first listing had. */
  readonly read: number
  readonly listed: number
  /** How often each warning was logged. */
  readonly warnings: Readonly<Record<string, number>>
  readonly steady?: Steady
}

/** After the load: single reads of what is cached, and listings of what has not changed. */
interface Steady {
  readonly getCpuMicroseconds: number
  readonly reloadSeconds: readonly number[]
  readonly reloadCpuSeconds: number
  /** What is kept in memory after each reload, without garbage. */
  readonly keptMiB: readonly number[]
  readonly listed: number
}

interface Run extends Loaded {
  readonly fake: FakeReport
}

const UNLIMITED = { readsPerSecond: 100_000 }

/** The budgets are for 20,000 wallets on two cores without latency. */
export function backendLoads(wallets: number, reloads: number): BackendLoad[] {
  const azure = { backend: 'azure', wallets } as const
  return [
    { backend: 'file', how: 'opened, listed and read', wallets, budgetSeconds: 2 },
    { backend: 'aws', how: 'listed and read', wallets, budgetSeconds: 12, reloads },
    { backend: 'vault', how: 'listed and read', wallets, budgetSeconds: 15, reloads },
    { backend: 'vgs', how: 'listed and read', wallets, budgetSeconds: 25, reloads },
    { ...azure, how: 'read by name', budgetSeconds: 55, byName: true },
    { ...azure, how: 'read by name, no rate limit', budgetSeconds: 20, byName: true, unlimited: true },
    { ...azure, how: 'listed and read', reloads },
    { ...azure, how: 'listed and read, no rate limit', unlimited: true },
    { ...azure, how: 'listed and read', latencyMs: 20 },
  ]
}

/** @param profiles folder for CPU profiles of the loader. @throws Error when a wallet is missing, or anything was refused or warned of. */
export async function measureBackend(
  load: BackendLoad,
  runs: number,
  profiles: string | undefined,
): Promise<Measurement> {
  const results = await repeated(runs, () =>
    load.backend === 'file' ? fileRun(load, profiles) : productRun(load, load.backend, profiles),
  )
  const of = (value: (run: Run) => number): Measurement[string] => summary(results.map(value))
  const { backend, how, wallets, budgetSeconds, latencyMs = 0 } = load
  return {
    ...{ bench: 'backends', backend, how, wallets, latencyMs },
    ...(budgetSeconds === undefined ? {} : { budgetSeconds }),
    openSeconds: of((run) => run.openSeconds),
    readSeconds: of((run) => run.readSeconds),
    listSeconds: of((run) => run.listSeconds),
    totalSeconds: of((run) => run.openSeconds + run.readSeconds + run.listSeconds),
    cpuSeconds: of((run) => run.cpuSeconds),
    peakMiB: of((run) => run.peakMiB),
    requests: of((run) => run.fake.requests),
    fakeCpuSeconds: of((run) => run.fake.cpuSeconds),
    ...(results[0]?.steady === undefined ? {} : steadyOf(results.flatMap(({ steady }) => steady ?? []))),
  }
}

const steadyOf = (results: readonly Steady[]): Omit<Measurement, 'bench'> => ({
  getCpuMicroseconds: summary(results.map((run) => run.getCpuMicroseconds)),
  reloadSeconds: summary(results.flatMap((run) => run.reloadSeconds)),
  reloadCpuSeconds: summary(results.map((run) => run.reloadCpuSeconds)),
  firstReloadMiB: summary(results.map(({ keptMiB }) => keptMiB[0] ?? 0)),
  lastReloadMiB: summary(results.map(({ keptMiB }) => keptMiB.at(-1) ?? 0)),
})

const NO_FAKE: FakeReport = { requests: 0, cpuSeconds: 0 }

async function fileRun(load: BackendLoad, profiles: string | undefined): Promise<Run> {
  const store = await storeWith('ETH', load.wallets)
  const config = { type: 'file', path: store.path, password: 'env:PASSWORD' }
  try {
    const order = { config, secrets: { PASSWORD }, signatureIds: store.wallets.map(({ id }) => id), cached: false }
    return { ...(await loaded(order, load, profiles)), fake: NO_FAKE }
  } finally {
    await dispose(store)
  }
}

async function productRun(load: BackendLoad, product: Product, profiles: string | undefined): Promise<Run> {
  const { wallets, latencyMs = 0, unlimited = false } = load
  const fake = new Child('backend-fake.ts', ['--import', 'tsx'])
  try {
    const order: FakeOrder = { product, wallets, latencyMs, limited: !unlimited }
    const place = await fake.ask<FakePlace>(order)
    const config = unlimited ? { ...place.config, limits: UNLIMITED } : place.config
    const result = await loaded({ ...place, config, cached: true }, load, profiles)
    return { ...result, fake: await fake.ask<FakeReport>('finish') }
  } finally {
    fake.kill()
  }
}

async function loaded(
  order: FakePlace | object,
  { wallets, byName = false, reloads = 0 }: BackendLoad,
  profiles: string | undefined,
): Promise<Loaded> {
  const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  const loader = new Child('backend-loader.mjs', ['--expose-gc', ...profiling])
  try {
    const result = await loader.ask<Loaded>({ ...order, byName, reloads })
    await loader.ended()
    assertWhole(result, wallets)
    return result
  } finally {
    loader.kill()
  }
}

/** A fast load that lost a wallet, or was told to slow down, is no result. */
function assertWhole({ read, listed, warnings, steady }: Loaded, wallets: number): void {
  const counts = [read, listed, ...(steady ? [steady.listed] : [])]
  if (counts.some((count) => count !== wallets)) throw new Error(`${counts.join(', ')} of ${wallets} wallets`)
  const events = Object.keys(warnings)
  if (events.length > 0) throw new Error(`warnings: ${events.join(', ')}`)
}
