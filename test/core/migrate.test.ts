import { expect } from 'chai'
import fc from 'fast-check'
import { RemoteBackend } from '../../src/backends/common/remote-backend.js'
import { KeywardError } from '../../src/core/errors.js'
import { chainCodeSchema } from '../../src/core/ids.js'
import { migrateWallets } from '../../src/core/migrate.js'
import type { MigratedWallet, MigrationOptions } from '../../src/core/migrate.js'
import { MemoryPlace, MemoryStore } from '../kit/memory-store.js'
import { RecordingLog } from '../kit/recording-log.js'
import { plainWallet, readPlain, sampleWallet } from '../kit/sample-wallets.js'
import { SleepingClock } from '../kit/sleeping-clock.js'

const OPTIONS: MigrationOptions = { filter: {}, dryRun: false, inspect: () => Promise.resolve([]) }

async function side(place = new MemoryPlace()) {
  const store = new MemoryStore(place)
  const backend = new RemoteBackend(store, { log: new RecordingLog(), clock: new SleepingClock() })
  await backend.open()
  return { place, store, backend }
}

async function twoSides(count: number) {
  const [source, target] = [await side(), await side()]
  const wallets = Array.from({ length: count }, (_, n) => sampleWallet({ chain: n % 2 === 0 ? 'BTC' : 'ETH' }))
  await source.backend.create(wallets)
  return { source, target, wallets, ids: wallets.map(({ descriptor }) => descriptor.signatureId) }
}

const counts = (wallets: readonly MigratedWallet[]): Record<string, number> => {
  const counted: Record<string, number> = {}
  for (const { result } of wallets) counted[result] = (counted[result] ?? 0) + 1
  return counted
}

describe('moving wallets from one backend to another', () => {
  it('copies every wallet to the last byte and leaves the source as it was', async () => {
    const { source, target, wallets } = await twoSides(250)
    const before = new Map(source.place.entries)
    expect(counts(await migrateWallets(source.backend, target.backend, OPTIONS))).to.deep.equal({ moved: 250 })
    for (const wallet of wallets) {
      expect(await readPlain(target.backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
    }
    expect(source.place.entries).to.deep.equal(before)
  })

  it('writes nothing in a dry run', async () => {
    const { source, target } = await twoSides(5)
    const options = { ...OPTIONS, dryRun: true }
    expect(counts(await migrateWallets(source.backend, target.backend, options))).to.deep.equal({ 'would-move': 5 })
    expect(target.place.entries.size).to.equal(0)
  })

  it('moves only what the filter lets through', async () => {
    const { source, target } = await twoSides(6)
    const options = { ...OPTIONS, filter: { chain: chainCodeSchema.parse('ETH') } }
    expect(counts(await migrateWallets(source.backend, target.backend, options))).to.deep.equal({ moved: 3 })
    expect(target.place.entries.size).to.equal(3)
  })

  it('goes on where an earlier run was killed, wherever that was, and doubles nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }), async (deaths) => {
        const { source, target, wallets } = await twoSides(13)
        for (const steps of deaths) {
          // Dies at that call of the target, before or after its work: a connection of its own, from which nothing comes any more.
          const doomed = await side(target.place)
          let left = steps
          const die = (): Promise<void> | void => {
            left -= 1
            if (left <= 0) throw new KeywardError('BACKEND_UNREACHABLE', 'dead')
          }
          doomed.store.fault = die
          doomed.store.after = die
          await migrateWallets(source.backend, doomed.backend, OPTIONS).catch(() => undefined)
        }
        const last = counts(await migrateWallets(source.backend, target.backend, OPTIONS))
        expect((last['moved'] ?? 0) + (last['there'] ?? 0)).to.equal(13)
        expect(target.place.entries.size).to.equal(13)
        for (const wallet of wallets) {
          expect(await readPlain(target.backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
        }
      }),
      { numRuns: 25 },
    )
  })

  it('never overwrites another wallet that has the id in the target, and says so', async () => {
    const { source, target, ids } = await twoSides(3)
    const other = sampleWallet({ signatureId: ids[1]!, material: { mnemonic: 'another' } })
    await target.backend.create([other])
    const wallets = await migrateWallets(source.backend, target.backend, { ...OPTIONS, removal: 'permanent' })
    expect(counts(wallets)).to.deep.equal({ moved: 2, failed: 1 })
    expect(wallets.find(({ result }) => result === 'failed')?.error?.code).to.equal('WALLET_EXISTS')
    expect(await readPlain(target.backend, ids[1]!)).to.deep.equal(plainWallet(other))
    expect(source.place.entries.size, 'nothing is removed while one is not safe').to.equal(3)
  })

  it('reports a wallet that cannot be read or is not what it claims, and moves the others', async () => {
    const { source, target, ids } = await twoSides(6)
    source.place.entries.set(ids[2]!, { ...source.place.entries.get(ids[2]!)!, text: 'spoilt' })
    const options: MigrationOptions = {
      ...OPTIONS,
      inspect: ({ descriptor }) => Promise.resolve(descriptor.signatureId === ids[4] ? ['another address'] : []),
    }
    const wallets = await migrateWallets(source.backend, target.backend, options)
    expect(counts(wallets)).to.deep.equal({ moved: 4, failed: 2 })
    expect(wallets.filter(({ error }) => error?.code === 'WALLET_CORRUPT')).to.have.length(2)
    expect([...target.place.entries.keys()].sort()).to.deep.equal(ids.filter((_, n) => n !== 2 && n !== 4).sort())
  })

  it('holds up no wallet for one that the target does not take', async () => {
    const { source, target, ids } = await twoSides(6)
    target.store.fault = (step, id) => {
      if (step === 'create' && id === ids[3]) throw new KeywardError('BACKEND_DENIED', 'not this one')
    }
    const wallets = await migrateWallets(source.backend, target.backend, OPTIONS)
    expect(counts(wallets)).to.deep.equal({ moved: 5, failed: 1 })
  })

  it('does not believe a target that gives back something else', async () => {
    const { source, target, ids } = await twoSides(1)
    let reads = 0
    target.store.fault = (step) => {
      // The read after the backend's own check.
      if (step === 'read' && ++reads === 2) {
        const wallet = sampleWallet({ signatureId: ids[0]! })
        target.place.entries.clear()
        void side(target.place).then(({ backend }) => backend.create([wallet]))
      }
    }
    const wallets = await migrateWallets(source.backend, target.backend, OPTIONS)
    expect(counts(wallets)).to.deep.equal({ failed: 1 })
  })

  it('removes from the source only what is proven, and says what it could not remove', async () => {
    const { source, target, ids } = await twoSides(4)
    source.store.fault = (step, id) => {
      if (step === 'remove' && id === ids[0]) throw new KeywardError('BACKEND_DENIED', 'may not remove')
    }
    const wallets = await migrateWallets(source.backend, target.backend, { ...OPTIONS, removal: 'permanent' })
    expect(wallets.filter(({ removed }) => removed)).to.have.length(3)
    expect(wallets.find(({ removed }) => !removed)?.error?.code).to.equal('BACKEND_DENIED')
    expect([...source.place.entries.keys()]).to.deep.equal([ids[0]])
    expect(target.place.entries.size).to.equal(4)
  })

  it('stops when it is told to, with what it has moved, and removes nothing', async () => {
    const { source, target } = await twoSides(250)
    const stop = new AbortController()
    const options: MigrationOptions = {
      ...OPTIONS,
      removal: 'permanent',
      signal: stop.signal,
      progress: () => stop.abort(),
    }
    const wallets = await migrateWallets(source.backend, target.backend, options)
    expect(counts(wallets)).to.deep.equal({ moved: 100, 'not-reached': 150 })
    expect(source.place.entries.size).to.equal(250)
  })

  it('removes nothing when both backends are one place under two names', async () => {
    const { source, ids } = await twoSides(3)
    const alias = await side(source.place)
    const wallets = await migrateWallets(source.backend, alias.backend, { ...OPTIONS, removal: 'permanent' })
    expect(counts(wallets)).to.deep.equal({ there: 3 })
    expect(wallets.map(({ error, removed }) => [error?.code, removed])).to.deep.equal(Array(3).fill(['USAGE', false]))
    expect([...source.place.entries.keys()].sort(), 'without a trace of the test').to.deep.equal([...ids].sort())
  })

  it('removes no wallet that the target has lost, or the source has exchanged, since it was proven', async () => {
    const { source, target, ids } = await twoSides(4)
    const [lost, exchanged] = [ids[0]!, ids[1]!]
    const options: MigrationOptions = {
      ...OPTIONS,
      removal: 'permanent',
      progress: () => {
        target.place.entries.delete(lost)
        source.place.entries.delete(exchanged)
        void source.backend.create([sampleWallet({ signatureId: exchanged, material: { mnemonic: 'a newer one' } })])
      },
    }
    const wallets = await migrateWallets(source.backend, target.backend, options)
    const kept = wallets.filter(({ removed }) => !removed)
    expect(kept.map(({ descriptor }) => descriptor.signatureId).sort()).to.deep.equal([lost, exchanged].sort())
    expect(kept.map(({ error }) => error?.code)).to.deep.equal(['BACKEND_CONFLICT', 'BACKEND_CONFLICT'])
    expect([...source.place.entries.keys()].sort()).to.deep.equal([lost, exchanged].sort())
  })

  it('stops removing when it is told to, and says what stayed', async () => {
    const { source, target } = await twoSides(120)
    const stop = new AbortController()
    let removals = 0
    source.store.fault = (step) => {
      if (step === 'remove' && ++removals === 5) stop.abort()
    }
    const options: MigrationOptions = { ...OPTIONS, removal: 'permanent', signal: stop.signal }
    const wallets = await migrateWallets(source.backend, target.backend, options)
    expect(wallets.filter(({ removed }) => removed)).to.have.length(100)
    expect(wallets.filter(({ error }) => error?.code === 'INTERRUPTED')).to.have.length(20)
    expect(source.place.entries.size).to.equal(20)
  })

  it('takes a wallet once that a listing names twice, and never believes an answer that leaves one out', async () => {
    const { source, target, ids } = await twoSides(2)
    const names = source.store.names.bind(source.store)
    source.store.names = async function* () {
      yield* names()
      yield* names()
    }
    const getMany = source.backend.getMany.bind(source.backend)
    source.backend.getMany = async function* (wanted) {
      for await (const result of getMany(wanted)) if (result.signatureId !== ids[1]) yield result
    }
    const wallets = await migrateWallets(source.backend, target.backend, { ...OPTIONS, removal: 'permanent' })
    expect(counts(wallets)).to.deep.equal({ moved: 1, 'not-reached': 1 })
    expect(source.place.entries.size).to.equal(2)
  })
})
