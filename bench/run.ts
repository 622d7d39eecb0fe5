import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { backendLoads, measureBackend } from './backends.js'
import { measureBatch, measureHelp, measureStoreCommands } from './commands.js'
import { measureJournal } from './journal.js'
import type { Measurement } from './measurement.js'
import { writeTable } from './table.js'
import { measureStore } from './store.js'
import { measureThroughput } from './throughput.js'
import type { Load } from './throughput.js'

/*
 * npm run bench -- [--quick] [--write] [--runs 3] [--only throughput|command|store|journal|backends]
 *   [--backend aws] [--profile folder]
 * One JSON line per measurement on standard output. --quick: small and few, to see that everything works. --write: puts the table into bench/README.md.
 * --backend: one product only. --profile: a CPU profile of each load of a backend.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    runs: { type: 'string' },
    only: { type: 'string' },
    backend: { type: 'string' },
    profile: { type: 'string' },
  },
})
const runs = Number(values.runs ?? (values.quick ? 1 : 3))
const sizes = values.quick ? [100] : [10, 1000, 10_000, 25_000]
const largest = sizes.at(-1) ?? 0
const transactions = { ETH: values.quick ? 200 : 2000, BTC: values.quick ? 100 : 1000 }

/** Few accounts with latency are slow by design (one transaction of an account after the other), so a shorter list says as much. */
const countOf = (chain: Load['chain'], wallets: number, latencyMs: number): number =>
  chain === 'ETH' && wallets < 100 && latencyMs > 0 ? transactions.ETH / 4 : transactions[chain]

const loads: Load[] = [
  ...(['ETH', 'BTC'] as const).flatMap((chain) =>
    [0, 50].flatMap((latencyMs) =>
      sizes.map((wallets) => ({ chain, wallets, latencyMs, transactions: countOf(chain, wallets, latencyMs) })),
    ),
  ),
  { chain: 'ETH', wallets: 1000, latencyMs: 0, transactions: transactions.ETH, syncMs: 5 },
  { chain: 'ETH', wallets: 1000, latencyMs: 50, transactions: transactions.ETH, syncMs: 5 },
]

async function* measurements(): AsyncIterable<Measurement> {
  const wanted = (bench: string): boolean => values.only === undefined || values.only === bench
  if (wanted('command')) {
    yield await measureHelp(values.quick ? 3 : 10)
    for (const keys of values.quick ? [25] : [250, 1000]) yield await measureBatch(keys, runs)
    yield* await measureStoreCommands(largest, runs)
  }
  if (wanted('throughput')) for (const load of loads) yield await measureThroughput(load, runs)
  if (wanted('backends')) {
    for (const load of backendLoads(values.quick ? 500 : 20_000, values.quick ? 2 : 10)) {
      if (values.backend === undefined || values.backend === load.backend) {
        yield await measureBackend(load, runs, values.profile)
      }
    }
  }
  if (wanted('store')) yield await measureStore(largest, values.quick ? 1 : 5)
  if (wanted('journal')) yield* measureJournal(values.quick ? 0.5 : 3)
}

const results: Measurement[] = []
for await (const measured of measurements()) {
  const measurement = { ...measured, machineLoad: Number((loadavg()[0] ?? 0).toFixed(1)) }
  results.push(measurement)
  console.log(JSON.stringify(measurement))
}
if (values.write) {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}`
  await writeTable(results, { date: new Date().toISOString().slice(0, 10), machine })
}
