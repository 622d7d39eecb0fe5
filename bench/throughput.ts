import { Transaction } from 'ethers'
import type { EmulatorReport } from './emulator.js'
import type { Measurement } from './measurement.js'
import { summary } from './measurement.js'
import { runProgram, startEmulator } from './program.js'
import type { Usage } from './program.js'
import { bitcoinRequests, ethereumRequests } from './requests.js'
import type { PendingItem } from './requests.js'
import { dispose, storeWith } from './stores.js'
import type { BenchStore } from './stores.js'

export interface Load {
  readonly chain: 'ETH' | 'BTC'
  readonly wallets: number
  readonly transactions: number
  readonly latencyMs: number
  readonly syncMs?: number
}

/** `daemon --runOnce` over a list of pending transactions, several times; and once over an empty list, to know what the start alone costs. */
export async function measureThroughput(load: Load, runs: number): Promise<Measurement> {
  const idle = await oneRun({ ...load, transactions: 0 })
  const results: Run[] = []
  for (let n = 0; n < runs; n += 1) results.push(await oneRun(load))
  const { transactions } = load
  return {
    bench: 'throughput',
    ...load,
    txPerSecond: summary(results.map(({ report }) => (1000 * transactions) / report.elapsedMs)),
    cpuMsPerTx: summary(results.map(({ usage }) => (1000 * (usage.cpuSeconds - idle.usage.cpuSeconds)) / transactions)),
    callsPerTx: summary(results.map(({ report }) => (report.requests - 1) / transactions)),
    inFlight: summary(results.map(({ report }) => report.maxInFlight)),
    peakMiB: summary(results.map(({ usage }) => usage.peakMiB)),
    startMs: summary([idle.usage.wallMs]),
    emulatorCpuMsPerTx: summary(results.map(({ report }) => (1000 * report.cpuSeconds) / transactions)),
  }
}

interface Run {
  readonly usage: Usage
  readonly report: EmulatorReport
}

/** Each run has its own copy of the store and an empty journal. */
async function oneRun({ chain, wallets, transactions, latencyMs, syncMs = 0 }: Load): Promise<Run> {
  const store = await storeWith(chain, wallets)
  const pending = (chain === 'ETH' ? ethereumRequests : bitcoinRequests)(store.wallets, transactions)
  const emulation = await startEmulator({ chain, pending, latencyMs })
  try {
    const usage = await runProgram(['daemon', '--runOnce', '--testnet', '--chain', chain, '--path', store.path], {
      env: { TATUM_API_URL: emulation.url },
      syncMs,
    })
    const report = await emulation.finish()
    checkBroadcasts(pending, report)
    if (chain === 'ETH') checkNonces(store, pending, report)
    return { usage, report }
  } finally {
    await dispose(store)
  }
}

/** A fast run that lost or repeated a payment is no result. */
function checkBroadcasts(pending: readonly PendingItem[], { broadcasts }: EmulatorReport): void {
  const wrong = pending.filter(({ id }) => broadcasts[id]?.length !== 1).length
  if (wrong > 0) throw new Error(`${wrong} of ${pending.length} transactions were not broadcast exactly once`)
}

/** Each account's transactions are signed by it, in the order of the list, with nonces that leave no gap. */
function checkNonces(store: BenchStore, pending: readonly PendingItem[], { broadcasts }: EmulatorReport): void {
  const addresses = new Map(store.wallets.map(({ id, address }) => [id, address.toLowerCase()]))
  const next = new Map<string, number>()
  for (const { id, hashes } of pending) {
    const { from, nonce } = Transaction.from(broadcasts[id]?.[0] ?? '')
    const sender = from?.toLowerCase() ?? ''
    const expected = next.get(sender) ?? 0
    if (sender !== addresses.get(hashes[0] ?? '') || nonce !== expected) {
      throw new Error(`transaction ${id} is from ${sender} with nonce ${nonce}, expected ${expected}`)
    }
    next.set(sender, expected + 1)
  }
}
