import { stat } from 'node:fs/promises'
import { PRODUCTION_KDF, stretchPassword } from '../src/backends/file/format/scrypt.js'
import { createChainRegistry } from '../src/chains/index.js'
import { newSignatureId, signatureIdSchema } from '../src/core/ids.js'
import type { SecretBackend } from '../src/core/secret-backend.js'
import { Secret } from '../src/core/secret.js'
import { wipeWallet } from '../src/core/wallet.js'
import type { ManagedWallet } from '../src/core/wallet.js'
import { repeated, summary, timeOf } from './measurement.js'
import type { Measurement } from './measurement.js'
import { PASSWORD, dispose, openStore, storeWith } from './stores.js'

const LOOKUPS = 2000

/** The file backend by itself, in this process: opening, reading single wallets, adding one, and noticing what another process added. */
export async function measureStore(wallets: number, repeats: number): Promise<Measurement> {
  const store = await storeWith('ETH', wallets)
  const opened: SecretBackend[] = []
  const open = async (): Promise<SecretBackend> => {
    const backend = await openStore(store.path)
    opened.push(backend)
    return backend
  }
  try {
    const kdf = await repeated(repeats, () =>
      timeOf(() => stretchPassword(Secret.fromText(PASSWORD), Buffer.alloc(32), PRODUCTION_KDF.fresh)),
    )
    const opening = await repeated(repeats, () => timeOf(open))
    const backend = await open()
    const ids = store.wallets.map(({ id }) => signatureIdSchema.parse(id))
    const reading = await timeOf(async () => {
      for (let n = 0; n < LOOKUPS; n += 1)
        wipeWallet(await backend.get(ids[(n * 7919) % ids.length] ?? newSignatureId()))
    })
    const adding = await repeated(repeats, async () => {
      const wallet = await newWallet()
      return timeOf(() => backend.create([wallet]))
    })
    const reloading = await timeOf(() => listAll(opened[0] ?? backend))
    return {
      bench: 'store',
      wallets,
      fileBytes: (await stat(store.path)).size,
      kdfMs: summary(kdf),
      openMs: summary(opening),
      readOneMs: summary([reading / LOOKUPS]),
      addOneMs: summary(adding),
      reloadMs: summary([reloading]),
    }
  } finally {
    for (const backend of opened) await backend.close()
    await dispose(store)
  }
}

async function newWallet(): Promise<ManagedWallet> {
  const chains = createChainRegistry()
  const chain = chains.resolve('ETH')
  const { keys } = await chains.load(chain)
  const { kind, material, address = '' } = keys.generateSingleKey('testnet')
  return { descriptor: { signatureId: newSignatureId(), chain, network: 'testnet', kind, address }, material }
}

async function listAll(backend: SecretBackend): Promise<number> {
  let count = 0
  for await (const _ of backend.list()) count += 1
  return count
}
