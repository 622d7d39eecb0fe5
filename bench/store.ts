import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { PRODUCTION_KDF, stretchPassword } from '../src/backends/file/format/scrypt.js'
import { createBackend } from '../src/backends/index.js'
import { chainCodeSchema, newSignatureId } from '../src/core/ids.js'
import type { SignatureId } from '../src/core/ids.js'
import { systemClock } from '../src/core/clock.js'
import type { Log } from '../src/core/log.js'
import type { SecretBackend } from '../src/core/secret-backend.js'
import { secretReferenceSchema } from '../src/core/secret-reference.js'
import { Secret } from '../src/core/secret.js'
import { wipeWallet } from '../src/core/wallet.js'
import type { ManagedWallet } from '../src/core/wallet.js'

/*
 * The file backend with many wallets: `node --import tsx bench/store.ts [wallets]`. Prints one line of JSON, times in milliseconds (median of the repeats),
 * and ends with 1 when a budget is exceeded: opening takes the key derivation plus at most 1 s, adding one wallet stays below 0.5 s.
 */
const wallets = Number(process.argv[2] ?? 25_000)
const REPEATS = 5
const BUDGET_MS = { openAfterKdf: 1000, addOne: 500 }

const nothing = (): void => undefined
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const password = 'a password for the benchmark only, 4711'

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function medianOf(repeats: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < repeats; n += 1) times.push(await timeOf(work))
  return median(times)
}

function wallet(): ManagedWallet {
  const signatureId = newSignatureId()
  const words =
    'letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless'
  return {
    descriptor: {
      ...{ signatureId, chain: chainCodeSchema.parse('BTC'), network: 'mainnet', kind: 'mnemonic' },
      xpub: `xpub${signatureId.replaceAll('-', '').repeat(4).slice(0, 107)}`,
      createdAt: new Date().toISOString(),
    },
    material: { mnemonic: Secret.fromText(words) },
  }
}

const folder = await mkdtemp(join(tmpdir(), 'keyward-bench-'))
const path = join(folder, 'wallet.dat')
const opened: SecretBackend[] = []

async function open(): Promise<SecretBackend> {
  const reference = secretReferenceSchema.parse('env:BENCH')
  const secrets = { resolve: async () => Secret.fromText(password) }
  const dependencies = { secrets, log, clock: systemClock, inspect: async () => [], whenMissing: 'create' as const }
  const backend = await createBackend({ type: 'file', path, password: reference }, dependencies)
  await backend.open()
  opened.push(backend)
  return backend
}

try {
  const batch = Array.from({ length: wallets }, wallet)
  const ids: readonly SignatureId[] = batch.map(({ descriptor }) => descriptor.signatureId)
  const createBatch = await timeOf(async () => (await open()).create(batch))
  batch.forEach(wipeWallet)

  const kdf = await medianOf(REPEATS, () =>
    stretchPassword(Secret.fromText(password), Buffer.alloc(32), PRODUCTION_KDF.fresh),
  )
  const openAll = await medianOf(REPEATS, open)
  const store = await open()
  const lookups = 2000
  const lookup = await timeOf(async () => {
    for (let n = 0; n < lookups; n += 1) wipeWallet(await store.get(ids[(n * 7919) % ids.length] ?? newSignatureId()))
  })
  const addOne = await medianOf(REPEATS, () => store.create([wallet()]))
  const reload = await timeOf(async () => {
    for await (const _ of (opened[0] ?? store).list()) continue
  })
  const result = {
    wallets,
    fileBytes: (await stat(path)).size,
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    createBatchMs: Math.round(createBatch),
    kdfMs: Math.round(kdf),
    openMs: Math.round(openAll),
    openAfterKdfMs: Math.round(openAll - kdf),
    lookupMs: Number((lookup / lookups).toFixed(4)),
    addOneMs: Math.round(addOne),
    reloadMs: Math.round(reload),
  }
  const passed = result.openAfterKdfMs <= BUDGET_MS.openAfterKdf && result.addOneMs <= BUDGET_MS.addOne
  console.log(JSON.stringify({ bench: 'store', ...result, passed }))
  process.exitCode = passed ? 0 : 1
} finally {
  for (const backend of opened) await backend.close()
  await rm(folder, { recursive: true, force: true })
}
