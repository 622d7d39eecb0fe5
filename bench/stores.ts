import { createHash, randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBackend } from '../src/backends/index.js'
import { encodeWif } from '../src/chains/bitcoin/wif.js'
import { createChainRegistry } from '../src/chains/index.js'
import { systemClock } from '../src/core/clock.js'
import { newSignatureId } from '../src/core/ids.js'
import type { Log } from '../src/core/log.js'
import type { SecretBackend } from '../src/core/secret-backend.js'
import { secretReferenceSchema } from '../src/core/secret-reference.js'
import { Secret } from '../src/core/secret.js'
import { wipeWallet } from '../src/core/wallet.js'

/** A wallet of a benchmark store, as the requests need it. */
export interface StoredKey {
  readonly id: string
  readonly address: string
}

export interface BenchStore {
  /** A copy of its own for each use; the folder also takes the journal. */
  readonly folder: string
  readonly path: string
  readonly wallets: readonly StoredKey[]
}

/** Protects keys that were made for measuring and never hold anything. */
export const PASSWORD = 'a password for the benchmark only, 4711'

const TESTNET_WIF = 0xef
const CACHE = join(tmpdir(), `keyward-bench-cache-${process.getuid?.() ?? 'user'}`)

const nothing = (): void => undefined
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** A store in our own format with the real key derivation, opened as the program opens it. */
export async function openStore(path: string): Promise<SecretBackend> {
  const backend = await createBackend(
    { type: 'file', path, password: secretReferenceSchema.parse('env:BENCH') },
    {
      secrets: { resolve: async () => Secret.fromText(PASSWORD) },
      log: quiet,
      clock: systemClock,
      inspect: async () => [],
      whenMissing: 'create',
    },
  )
  await backend.open()
  return backend
}

/**
 * A copy of the store with so many single keys of one chain. Making 25,000 takes a while, so the original is kept in the system's temporary folder, for as long
 * as the code of the format is the same.
 */
export async function storeWith(chain: 'ETH' | 'BTC', count: number): Promise<BenchStore> {
  const original = join(CACHE, `${chain}-${count}-${await formatDigest()}`)
  const wallets = (await readList(original)) ?? (await makeStore(original, chain, count))
  const folder = await mkdtemp(join(tmpdir(), 'keyward-bench-'))
  const path = join(folder, 'wallet.dat')
  await cp(join(original, 'wallet.dat'), path)
  return { folder, path, wallets }
}

export const dispose = ({ folder }: Pick<BenchStore, 'folder'>): Promise<void> =>
  rm(folder, { recursive: true, force: true })

async function formatDigest(): Promise<string> {
  const folder = new URL('../src/backends/file/format/', import.meta.url)
  const digest = createHash('sha256')
  for (const name of (await readdir(folder)).sort()) digest.update(await readFile(new URL(name, folder)))
  return digest.digest('hex').slice(0, 12)
}

async function readList(folder: string): Promise<StoredKey[] | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'wallets.json'), 'utf8')) as StoredKey[]
  } catch {
    return undefined
  }
}

/** In a folder that gets its name when it is whole: an interrupted benchmark leaves nothing that looks finished. */
async function makeStore(target: string, chain: 'ETH' | 'BTC', count: number): Promise<StoredKey[]> {
  await mkdir(CACHE, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(`${target}.making-`)
  const chains = createChainRegistry()
  const code = chains.resolve(chain)
  const { keys } = await chains.load(code)
  const backend = await openStore(join(folder, 'wallet.dat'))
  try {
    const made = Array.from({ length: count }, () => {
      const key = randomBytes(32)
      const text = chain === 'ETH' ? Secret.fromText(`0x${key.toString('hex')}`) : encodeWif(key, TESTNET_WIF)
      const { kind, material, address = '' } = keys.fromPrivateKey(text, 'testnet')
      text.wipe()
      const descriptor = { signatureId: newSignatureId(), chain: code, network: 'testnet', kind, address } as const
      return { descriptor, material }
    })
    await backend.create(made)
    made.forEach(wipeWallet)
    const wallets = made.map(({ descriptor }) => ({ id: descriptor.signatureId, address: descriptor.address }))
    await writeFile(join(folder, 'wallets.json'), JSON.stringify(wallets))
    await rename(folder, target)
    return wallets
  } finally {
    await backend.close()
  }
}
