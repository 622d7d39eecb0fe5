import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repeated, summary } from './measurement.js'
import type { Measurement } from './measurement.js'
import { runProgram } from './program.js'
import type { Usage } from './program.js'
import { dispose, storeWith } from './stores.js'

const facts = (usages: readonly Usage[]): Omit<Measurement, 'bench'> => ({
  wallMs: summary(usages.map(({ wallMs }) => wallMs)),
  cpuMs: summary(usages.map(({ cpuSeconds }) => 1000 * cpuSeconds)),
  peakMiB: summary(usages.map(({ peakMiB }) => peakMiB)),
})

/** `--help`, and beside it what Node itself takes. */
export async function measureHelp(runs: number): Promise<Measurement> {
  return {
    bench: 'command',
    command: '--help',
    wallets: 0,
    ...facts(await repeated(runs, () => runProgram(['--help']))),
  }
}

/** A batch of keys into a new store. */
export async function measureBatch(keys: number, runs: number): Promise<Measurement> {
  const usages = await repeated(runs, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyward-bench-'))
    try {
      const path = join(folder, 'wallet.dat')
      const usage = await runProgram([
        'generatemanagedprivatekeybatch',
        'ETH',
        String(keys),
        '--testnet',
        '--path',
        path,
      ])
      const lines = usage.stdout.trim().split('\n').length
      if (lines !== keys) throw new Error(`${lines} of ${keys} keys were printed`)
      return usage
    } finally {
      await dispose({ folder })
    }
  })
  return { bench: 'command', command: `generatemanagedprivatekeybatch ETH ${keys}`, wallets: 0, ...facts(usages) }
}

/** Commands on a store that has so many wallets already. */
export async function measureStoreCommands(wallets: number, runs: number): Promise<Measurement[]> {
  const store = await storeWith('ETH', wallets)
  try {
    const id = store.wallets[Math.floor(wallets / 2)]?.id ?? ''
    const read = await repeated(runs, () => runProgram(['getaddress', id, '--path', store.path]))
    const add = await repeated(runs, () =>
      runProgram(['generatemanagedwallet', 'ETH', '--testnet', '--path', store.path]),
    )
    return [
      { bench: 'command', command: 'getaddress', wallets, ...facts(read) },
      { bench: 'command', command: 'generatemanagedwallet ETH', wallets, ...facts(add) },
    ]
  } finally {
    await dispose(store)
  }
}
