import { expect } from 'chai'
import { RemoteBackend } from '../../src/backends/common/remote-backend.js'
import { CachedBackend } from '../../src/core/cached-backend.js'
import type { CacheOptions } from '../../src/core/cached-backend.js'
import { KeywardError } from '../../src/core/errors.js'
import type { ErrorCode } from '../../src/core/errors.js'
import type { WalletFilter } from '../../src/core/secret-backend.js'
import { backendSuite } from '../kit/backend-suite.js'
import { failureOf } from '../kit/failure-of.js'
import { MemoryPlace, MemoryStore } from '../kit/memory-store.js'
import { RecordingLog } from '../kit/recording-log.js'
import type { ManagedWallet } from '../../src/core/wallet.js'
import { plainWallet, sampleWallet } from '../kit/sample-wallets.js'
import { SleepingClock } from '../kit/sleeping-clock.js'

const OPTIONS: CacheOptions = { ttlMs: 1000, keepMs: 10_000, maxWallets: 100 }

function cached(place = new MemoryPlace(), options: Partial<CacheOptions> = {}) {
  const store = new MemoryStore(place)
  const log = new RecordingLog()
  const clock = new SleepingClock()
  const inner = new RemoteBackend(store, { log, clock })
  return {
    place,
    store,
    log,
    clock,
    inner,
    backend: new CachedBackend(inner, { ...OPTIONS, ...options }, { clock, log }),
  }
}

backendSuite(
  'a cached backend that reads for every use',
  async () => {
    const place = new MemoryPlace()
    return { connect: () => cached(place, { ttlMs: 0, keepMs: 0 }).backend, dispose: () => Promise.resolve() }
  },
  { revision: false, atomicBatches: true },
)

describe('the cache of wallets', () => {
  async function withWallets(count: number, options: Partial<CacheOptions> = {}) {
    const all = cached(new MemoryPlace(), options)
    await all.backend.open()
    const wallets = Array.from({ length: count }, () => sampleWallet())
    await all.backend.create(wallets)
    all.place.reads.length = 0
    const [first = sampleWallet()] = wallets
    const ids = wallets.map(({ descriptor }) => descriptor.signatureId)
    const fail = (code: ErrorCode): void => {
      all.store.fault = () => {
        throw new KeywardError(code, `it is ${code}`)
      }
    }
    const heal = (): void => {
      all.store.fault = () => undefined
    }
    return { ...all, wallets, ids, first, id: first.descriptor.signatureId, fail, heal }
  }

  it('reads a wallet once within its time, and again after it', async () => {
    const { backend, place, clock, id, first } = await withWallets(1)
    for (let n = 0; n < 5; n += 1) {
      const copy = await backend.get(id)
      expect(plainWallet(copy)).to.deep.equal(plainWallet(first))
      copy.material.mnemonic?.wipe()
    }
    expect(place.reads).to.have.length(1)
    clock.time += 1000
    await backend.get(id)
    expect(place.reads).to.have.length(2)
  })

  it('reads for every use when the time is 0', async () => {
    const { backend, place, id } = await withWallets(1, { ttlMs: 0 })
    await backend.get(id)
    await backend.get(id)
    expect(place.reads).to.have.length(2)
  })

  it('goes on with what it has for so long while the backend does not answer, says so once, then stops with the reason', async () => {
    for (const code of ['BACKEND_UNREACHABLE', 'BACKEND_SEALED', 'BACKEND_THROTTLED'] as const) {
      const { backend, clock, log, id, fail, heal } = await withWallets(1)
      await backend.get(id)
      fail(code)
      clock.time += 5000
      await backend.get(id)
      await backend.get(id)
      expect(log.events('warn')).to.deep.equal(['backend.unwell'])
      clock.time += 5999
      await backend.get(id)
      clock.time += 1
      expect((await failureOf(backend.get(id))).code).to.equal(code)
      heal()
      await backend.get(id)
      expect(log.events('info')).to.deep.equal(['backend.well-again'])
    }
  })

  it('stops at once when the backend takes the permission or the wallet away', async () => {
    for (const code of ['BACKEND_DENIED', 'BACKEND_UNAUTHENTICATED', 'WALLET_DISABLED', 'WALLET_DELETED'] as const) {
      const { backend, clock, id, fail } = await withWallets(1)
      await backend.get(id)
      fail(code)
      clock.time += 1001
      expect((await failureOf(backend.get(id))).code).to.equal(code)
      fail('BACKEND_UNREACHABLE')
      expect((await failureOf(backend.get(id))).code, 'and does not come back').to.equal('BACKEND_UNREACHABLE')
    }
  })

  it('keeps no more wallets than it may: the longest unused one goes', async () => {
    const { backend, place, ids } = await withWallets(4, { maxWallets: 3 })
    const [a, b, c, d] = ids
    for (const id of [a, b, c, a, d]) await backend.get(id!)
    expect(backend.size).to.equal(3)
    place.reads.length = 0
    await backend.get(a!)
    expect(place.reads).to.have.length(0)
    await backend.get(b!)
    expect(place.reads).to.have.length(1)
  })

  it('wipes what it lets go: too old, removed, closed', async () => {
    const { backend, clock, ids } = await withWallets(3)
    for (const id of ids) await backend.get(id)
    await backend.remove(ids[0]!, 'permanent')
    expect(backend.size).to.equal(2)
    clock.time += 10_999
    backend.sweep()
    expect(backend.size).to.equal(2)
    clock.time += 1
    backend.sweep()
    expect(backend.size).to.equal(0)
    await backend.get(ids[1]!)
    await backend.close()
    expect(backend.size).to.equal(0)
  })

  it('asks again after it was told to forget, but still has the wallet if nobody answers', async () => {
    const { backend, place, id, fail } = await withWallets(1)
    await backend.get(id)
    backend.forget()
    await backend.get(id)
    expect(place.reads).to.have.length(2)
    backend.forget()
    fail('BACKEND_UNREACHABLE')
    expect((await backend.get(id)).descriptor.signatureId).to.equal(id)
  })

  it('warms up: reads everything once, in batches, and counts what it could not read', async () => {
    const { backend, place, log, ids } = await withWallets(20)
    place.entries.set(ids[7]!, { text: 'spoilt', labels: {}, deleted: false })
    const seen: number[] = []
    expect(await backend.warmUp((read) => seen.push(read))).to.deep.equal({ read: 19, failed: 1 })
    expect(seen.at(-1)).to.equal(19)
    expect(log.events('warn')).to.deep.equal(['wallet.unread'])
    place.reads.length = 0
    for (const id of ids.slice(8)) await backend.get(id)
    expect(place.reads).to.have.length(0)
  })

  describe('after a warm-up', () => {
    async function warm(count: number, options: Partial<CacheOptions> = {}) {
      const all = await withWallets(count, options)
      let listings = 0
      all.store.fault = (step) => {
        if (step === 'list') listings += 1
      }
      const report = await all.backend.warmUp()
      const listed = async (filter?: WalletFilter): Promise<string[]> => {
        const found: string[] = []
        for await (const { signatureId } of all.backend.list(filter)) found.push(signatureId)
        return found.sort()
      }
      return { ...all, report, listed, listings: () => listings }
    }
    /** By another process. */
    const addElsewhere = async ({ place }: { readonly place: MemoryPlace }): Promise<void> => {
      const { backend } = cached(place)
      await backend.open()
      await backend.create([sampleWallet()])
    }

    it('lists what it has read without asking again, and asks for the next listing', async () => {
      const all = await warm(20)
      expect(await all.listed()).to.deep.equal([...all.ids].sort())
      expect(all.listings()).to.equal(1)
      await addElsewhere(all)
      expect(await all.listed()).to.have.length(21)
    })

    it('lists what a filter lets through', async () => {
      const all = await warm(3)
      expect(await all.listed({ network: 'mainnet' })).to.have.length(0)
      expect(all.listings()).to.equal(1)
    })

    it('asks when a wallet could not be read', async () => {
      const all = await withWallets(5)
      all.store.fault = (step, id) => {
        if (step === 'read' && id === all.id) throw new KeywardError('WALLET_DISABLED', 'switched off')
      }
      expect((await all.backend.warmUp()).failed).to.be.greaterThan(0)
      let listings = 0
      all.store.fault = (step) => {
        if (step === 'list') listings += 1
      }
      for await (const _ of all.backend.list()) expect(listings).to.equal(1)
      expect(listings).to.equal(1)
    })

    it('asks when the warm-up ended early, at the size of the cache or at a signal', async () => {
      const full = await warm(20, { maxWallets: 8 })
      expect(await full.listed()).to.have.length(20)
      const stopped = await withWallets(20)
      await stopped.backend.warmUp(undefined, AbortSignal.abort())
      let count = 0
      for await (const _ of stopped.backend.list()) count += 1
      expect(count).to.equal(20)
    })

    it('asks when time has passed, when it is told to forget, and when it has changed something itself', async () => {
      const late = await warm(5)
      await addElsewhere(late)
      await late.clock.sleep(OPTIONS.ttlMs)
      expect(await late.listed()).to.have.length(6)
      const forgetful = await warm(5)
      await addElsewhere(forgetful)
      forgetful.backend.forget()
      expect(await forgetful.listed()).to.have.length(6)
      const busy = await warm(5)
      await busy.backend.create([sampleWallet()])
      expect(await busy.listed()).to.have.length(6)
      const smaller = await warm(5)
      await smaller.backend.remove(smaller.id, 'permanent')
      expect(await smaller.listed()).to.have.length(4)
    })

    it('asks when it was told to forget while the warm-up was underway', async () => {
      const all = await withWallets(20)
      await all.backend.warmUp((read) => {
        if (read === 10) all.backend.forget()
      })
      await addElsewhere(all)
      let count = 0
      for await (const _ of all.backend.list()) count += 1
      expect(count).to.equal(21)
    })

    it('asks when the revision of the backend has changed since', async () => {
      const all = await withWallets(5)
      let revision = 'one'
      all.inner.revision = () => Promise.resolve(revision)
      const listed = async (): Promise<number> => {
        let count = 0
        for await (const _ of all.backend.list()) count += 1
        return count
      }
      await all.backend.warmUp()
      await addElsewhere(all)
      expect(await listed(), 'as it was when it was warmed up').to.equal(5)
      await all.backend.warmUp()
      await addElsewhere(all)
      revision = 'two'
      expect(await listed()).to.equal(7)
    })
  })

  it('answers for cached and uncached wallets alike, each once', async () => {
    const { backend, ids } = await withWallets(10)
    for (const id of ids.slice(0, 4)) await backend.get(id)
    const seen: string[] = []
    for await (const { signatureId } of backend.getMany(ids)) seen.push(signatureId)
    expect(seen.sort()).to.deep.equal([...ids].sort())
  })

  it('does not keep what it was reading when it was told to forget, or when the wallet was removed', async () => {
    for (const change of ['forget', 'remove'] as const) {
      const { backend, store, id } = await withWallets(1)
      let go: () => void = () => undefined
      const held = new Promise<void>((resolve) => (go = resolve))
      const read = store.read.bind(store)
      store.read = async (ids) => {
        const values = await read(ids)
        await held
        return values
      }
      const reading = backend.get(id)
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (change === 'forget') backend.forget()
      else await backend.remove(id, 'permanent')
      go()
      await reading
      expect(backend.size, change).to.equal(0)
    }
  })

  it('lets go of a wallet that a read of many was refused', async () => {
    const { backend, clock, id, fail } = await withWallets(1)
    await backend.get(id)
    clock.time += 1001
    fail('WALLET_DISABLED')
    for await (const result of backend.getMany([id])) expect(result).to.have.property('error')
    expect(backend.size).to.equal(0)
  })

  it('wipes what a reader of many leaves behind', async () => {
    const { backend, inner, ids } = await withWallets(6)
    for (const id of ids.slice(0, 3)) await backend.get(id)
    const given: ManagedWallet[] = []
    const getMany = inner.getMany.bind(inner)
    inner.getMany = async function* (wanted) {
      for await (const result of getMany(wanted)) {
        if ('wallet' in result) given.push(result.wallet)
        yield result
      }
    }
    let taken: ManagedWallet | undefined
    for await (const result of backend.getMany(ids)) {
      if ('wallet' in result) taken = result.wallet
      break
    }
    const left = given.filter((wallet) => wallet !== taken)
    expect(given).to.have.length.greaterThan(0)
    expect(left.every(({ material }) => material.mnemonic?.wiped)).to.equal(true)
  })

  it('asks again when the clock was set back, as nobody knows how old its wallets are', async () => {
    const { backend, place, clock, id } = await withWallets(1)
    await backend.get(id)
    clock.time -= 3_600_000
    await backend.get(id)
    expect(place.reads).to.have.length(2)
    clock.time -= 1
    backend.sweep()
    expect(backend.size).to.equal(0)
  })

  it('tells until when a wallet may be used, the longer time only when nobody answers', async () => {
    const { backend, clock, id, fail } = await withWallets(1)
    expect(backend.usableUntil(id)).to.equal(undefined)
    const readAt = clock.time
    await backend.get(id)
    clock.time += 999
    expect(backend.usableUntil(id)).to.equal(readAt + 1000)
    clock.time += 1
    fail('BACKEND_UNREACHABLE')
    await backend.get(id)
    expect(backend.usableUntil(id)).to.equal(readAt + 11_000)
  })
})
