// Loads all wallets of a backend as the daemon does, with the compiled program's own parts, in a process that does nothing else: its memory is that of the load.
import process from 'node:process'
import { backendConfigSchema, createBackend } from '../dist/backends/index.js'
import { CachedBackend } from '../dist/core/cached-backend.js'
import { systemClock } from '../dist/core/clock.js'
import { Secret } from '../dist/core/secret.js'
import { wipeWallet } from '../dist/core/wallet.js'
import { WalletDirectory } from '../dist/core/wallet-directory.js'

// The defaults of the configuration.
const CACHE = { ttlMs: 300_000, keepMs: 3_600_000, maxWallets: 25_000 }
const RELIST_MS = 60_000
const GETS = 5000

const nothing = () => undefined
const warnings = {}
const warn = (event) => (warnings[event] = (warnings[event] ?? 0) + 1)
const log = { debug: nothing, info: nothing, warn, error: warn }
const secondsOf = async (work) => {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const peakMiB = () => process.resourceUsage().maxRSS / 1024

/** `byName`: the ids are known and nothing is listed. `reloads`: afterwards, cached wallets are used and the listing is repeated so often. */
async function load({ config, secrets, signatureIds, cached, byName, reloads }) {
  const resolve = async (reference) => Secret.fromText(secrets[reference.slice('env:'.length)])
  const backend = await createBackend(backendConfigSchema.parse(config), {
    ...{ secrets: { resolve }, log, clock: systemClock, inspect: async () => [], whenMissing: 'fail' },
  })
  const wallets = cached ? new CachedBackend(backend, CACHE, { clock: systemClock, log }) : backend
  const directory = new WalletDirectory(wallets, log, systemClock, { relistMs: RELIST_MS })
  const openSeconds = await secondsOf(() => wallets.open())
  let read = 0
  const readSeconds = await secondsOf(async () => {
    if (cached && !byName) read = (await wallets.warmUp()).read
    else read = await readAll(wallets, byName ? signatureIds : idsOf(wallets))
  })
  const listSeconds = byName ? 0 : await secondsOf(() => directory.refresh())
  const listed = byName ? read : directory.size
  const result = { openSeconds, readSeconds, listSeconds, cpuSeconds: cpuSeconds(), peakMiB: peakMiB(), read, listed }
  const steady = reloads > 0 ? { steady: await steadyState({ wallets, directory, signatureIds, reloads }) } : {}
  await wallets.close()
  return { ...result, ...steady, warnings }
}

async function steadyState({ wallets, directory, signatureIds, reloads }) {
  const cpuBeforeGets = cpuSeconds()
  for (let n = 0; n < GETS; n += 1) wipeWallet(await wallets.get(signatureIds[(n * 7919) % signatureIds.length]))
  const cpuBeforeReloads = cpuSeconds()
  const reloadSeconds = []
  const keptMiB = []
  for (let n = 0; n < reloads; n += 1) {
    reloadSeconds.push(await secondsOf(() => directory.reload()))
    keptMiB.push(keptMemory() / 2 ** 20)
  }
  return {
    getCpuMicroseconds: ((cpuBeforeReloads - cpuBeforeGets) * 1e6) / GETS,
    ...{ reloadSeconds, keptMiB, listed: directory.size },
    reloadCpuSeconds: (cpuSeconds() - cpuBeforeReloads) / reloads,
  }
}

/** What is left when all garbage is gone: the resident size says more about when the collector last ran than about what is kept. */
function keptMemory() {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function readAll(wallets, ids) {
  let read = 0
  for await (const result of wallets.getMany(ids)) {
    if ('error' in result) throw result.error
    wipeWallet(result.wallet)
    read += 1
  }
  return read
}

async function* idsOf(wallets) {
  for await (const { signatureId } of wallets.list()) yield signatureId
}

process.once('message', (order) => {
  load(order).then(
    (result) => process.send(result, () => process.disconnect()),
    (thrown) => {
      process.stderr.write(`${thrown.stack}\n${thrown.advice ?? ''}\n`)
      process.exit(1)
    },
  )
})
