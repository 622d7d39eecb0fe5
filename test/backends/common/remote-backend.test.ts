import { expect } from 'chai'
import { RemoteBackend } from '../../../src/backends/common/remote-backend.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { SignatureId } from '../../../src/core/ids.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import { backendSuite } from '../../kit/backend-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { MemoryPlace, MemoryStore } from '../../kit/memory-store.js'
import type { MemoryStoreOptions } from '../../kit/memory-store.js'
import { RecordingLog } from '../../kit/recording-log.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { SleepingClock } from '../../kit/sleeping-clock.js'

for (const listing of ['labels', 'names-and-labels', 'names'] as const) {
  for (const recoverableRemoval of [true, false]) {
    const title = `a product that lists ${listing}, with${recoverableRemoval ? '' : 'out'} recovery`
    backendSuite(
      title,
      async () => {
        const place = new MemoryPlace()
        return {
          connect: () =>
            new RemoteBackend(new MemoryStore(place, { listing, recoverableRemoval }), {
              log: new RecordingLog(),
              clock: new SleepingClock(),
            }),
          dispose: () => Promise.resolve(),
        }
      },
      { revision: false, atomicBatches: true },
    )
  }
}

describe('what every product backend promises', () => {
  async function opened(options: MemoryStoreOptions = {}) {
    const place = new MemoryPlace()
    const store = new MemoryStore(place, options)
    const log = new RecordingLog()
    const clock = new SleepingClock()
    const backend = new RemoteBackend(store, { log, clock })
    await backend.open()
    return { place, store, log, clock, backend }
  }

  const unreachable = (): KeywardError => new KeywardError('BACKEND_UNREACHABLE', 'no answer')

  it('takes its own value under the name for success when the answer to the write was lost', async () => {
    const { store, backend } = await opened()
    store.after = (step) => {
      if (step === 'create') throw new KeywardError('BACKEND_UNCERTAIN', 'lost')
    }
    const wallet = sampleWallet()
    await backend.create([wallet])
    store.after = () => undefined
    expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
  })

  it('does not count a wallet as stored that did not get there', async () => {
    const { store, place, backend } = await opened()
    store.fault = (step) => {
      if (step === 'create') throw unreachable()
    }
    expect((await failureOf(backend.create([sampleWallet()]))).code).to.equal('BACKEND_UNREACHABLE')
    expect(place.entries.size).to.equal(0)
  })

  it('does not count a wallet as stored that comes back changed, and takes it away', async () => {
    const { store, place, backend } = await opened()
    store.after = (step, id) => {
      if (step === 'create' && id) place.entries.set(id, { text: 'changed', labels: {}, deleted: false })
    }
    expect((await failureOf(backend.create([sampleWallet()]))).code).to.equal('WALLET_EXISTS')
  })

  it('takes the other wallets of a batch away when one fails', async () => {
    const { store, place, backend } = await opened()
    const wallets = Array.from({ length: 10 }, () => sampleWallet())
    store.fault = (step, id) => {
      if (step === 'create' && id === wallets[6]?.descriptor.signatureId) throw unreachable()
    }
    expect((await failureOf(backend.create(wallets))).code).to.equal('BACKEND_UNREACHABLE')
    expect([...place.entries.keys()]).to.deep.equal([])
  })

  it('names the wallets that it could not take away again', async () => {
    const { store, log, backend } = await opened({ readers: 1 })
    const [first, second] = [sampleWallet(), sampleWallet()]
    store.fault = (step, id) => {
      if (step === 'remove' || (step === 'create' && id === second.descriptor.signatureId)) throw unreachable()
    }
    const error = await failureOf(backend.create([first, second]))
    expect(error.code).to.equal('BACKEND_UNCERTAIN')
    expect(error.message).to.contain(first.descriptor.signatureId)
    expect(log.events('error')).to.deep.equal(['wallet.not-taken-back'])
  })

  it('names a wallet that was written, or may have been, but does not show when its batch is taken back', async () => {
    for (const outcome of ['written', 'uncertain'] as const) {
      const { store, backend } = await opened({ readers: 2 })
      const [first, second] = [sampleWallet(), sampleWallet()]
      const { signatureId } = first.descriptor
      store.fault = (step, id) => {
        if (step === 'create' && id === second.descriptor.signatureId) throw new KeywardError('BACKEND_DENIED', 'no')
      }
      store.after = (step, id) => {
        if (step === 'create' && id === signatureId && outcome === 'uncertain') {
          throw new KeywardError('BACKEND_UNCERTAIN', 'lost')
        }
      }
      const read = store.read.bind(store)
      store.read = async (ids) => {
        for (const value of (await read(ids)).values()) if (value instanceof Secret) value.wipe()
        return new Map(ids.map((id) => [id, new KeywardError('WALLET_NOT_FOUND', 'not shown yet')]))
      }
      const error = await failureOf(backend.create([first, second]))
      expect(error.code, outcome).to.equal('BACKEND_UNCERTAIN')
      expect(error.message).to.contain(signatureId).and.not.contain(second.descriptor.signatureId)
    }
  })

  it('never takes away somebody else’s wallet when its own batch fails', async () => {
    const { place, backend } = await opened()
    const theirs = sampleWallet()
    await backend.create([theirs])
    const mine = sampleWallet({ signatureId: theirs.descriptor.signatureId, material: { mnemonic: 'mine' } })
    expect((await failureOf(backend.create([sampleWallet(), mine]))).code).to.equal('WALLET_EXISTS')
    expect([...place.entries.keys()]).to.deep.equal([theirs.descriptor.signatureId])
  })

  it('waits for a product that shows new entries late', async () => {
    const { store, backend } = await opened()
    const wallet = sampleWallet()
    let looks = 0
    store.fault = (step) => {
      if (step === 'read' && ++looks < 4) throw new KeywardError('WALLET_NOT_FOUND', 'not yet')
    }
    const read = store.read.bind(store)
    store.read = async (ids) => {
      try {
        return await read(ids)
      } catch (thrown) {
        return new Map(ids.map((id) => [id, thrown as KeywardError]))
      }
    }
    await backend.create([wallet])
    expect(looks).to.equal(4)
  })

  it('reads many wallets in the product’s batches, so many at a time as fill its rate', async () => {
    const { place, backend } = await opened({ batchSize: 5, readers: 2 })
    const wallets = Array.from({ length: 60 }, () => sampleWallet())
    await backend.create(wallets)
    place.reads.length = 0
    const ids = wallets.map(({ descriptor }) => descriptor.signatureId)
    let count = 0
    for await (const result of backend.getMany(ids)) if ('wallet' in result) count += 1
    expect(count).to.equal(60)
    expect(place.reads.filter((batch) => batch.length === 5).length).to.be.at.least(10)
    expect(place.mostUnderway).to.equal(2)
  })

  it('reads a wallet once for all who want it at the same moment, and gives each a copy', async () => {
    const { place, backend } = await opened()
    const wallet = sampleWallet()
    await backend.create([wallet])
    place.reads.length = 0
    const copies = await Promise.all(Array.from({ length: 9 }, () => backend.get(wallet.descriptor.signatureId)))
    expect(place.reads).to.have.length(1)
    copies[0]?.material.mnemonic?.wipe()
    for (const copy of copies.slice(1)) expect(plainWallet(copy)).to.deep.equal(plainWallet(wallet))
  })

  it('reads while it still lists', async () => {
    const { store, backend } = await opened()
    await backend.create(Array.from({ length: 40 }, () => sampleWallet()))
    const order: string[] = []
    store.fault = (step) => void order.push(step)
    for await (const result of backend.getMany(backend.names())) expect(result).to.have.property('wallet')
    expect(order.indexOf('read')).to.be.below(order.lastIndexOf('names'))
  })

  it('lists without reading a secret where the product tells enough', async () => {
    for (const listing of ['labels', 'names-and-labels'] as const) {
      const { place, backend } = await opened({ listing })
      await backend.create([sampleWallet(), sampleWallet()])
      place.reads.length = 0
      const listed = []
      for await (const descriptor of backend.list()) listed.push(descriptor)
      expect(listed).to.have.length(2)
      expect(place.reads).to.deep.equal([])
    }
  })

  it('asks about each wallet once, and again after it was told to forget', async () => {
    const { place, backend } = await opened({ listing: 'names-and-labels' })
    await backend.create([sampleWallet(), sampleWallet()])
    const list = async (): Promise<number> => {
      let count = 0
      for await (const descriptor of backend.list()) count += descriptor.signatureId.length > 0 ? 1 : 0
      return count
    }
    await list()
    await list()
    expect(place.labelReads).to.equal(2)
    backend.forget()
    await list()
    expect(place.labelReads).to.equal(4)
  })

  it('finds out that somebody has deleted a wallet recoverably, though a list of names still names it', async () => {
    for (const way of ['when it is used', 'after an hour']) {
      const { place, clock, backend } = await opened({ listing: 'names-and-labels' })
      const wallet = sampleWallet()
      const { signatureId } = wallet.descriptor
      await backend.create([wallet])
      const listed = async (): Promise<SignatureId[]> => {
        const ids: SignatureId[] = []
        for await (const descriptor of backend.list()) ids.push(descriptor.signatureId)
        return ids
      }
      expect(await listed()).to.deep.equal([signatureId])
      const entry = place.entries.get(signatureId)
      if (entry) entry.deleted = true
      if (way === 'after an hour') clock.time += 3_600_000
      else expect((await failureOf(backend.get(signatureId))).code).to.equal('WALLET_DELETED')
      expect(await listed(), way).to.deep.equal([])
    }
  })

  it('fails the whole listing when it breaks off, so that nobody takes the half for the whole', async () => {
    const { store, backend } = await opened()
    await backend.create([sampleWallet(), sampleWallet(), sampleWallet()])
    let pages = 0
    store.fault = (step) => {
      if (step === 'names' && ++pages === 3) throw unreachable()
    }
    const all = (async () => {
      const ids: SignatureId[] = []
      for await (const { signatureId } of backend.list()) ids.push(signatureId)
    })()
    expect((await failureOf(all)).code).to.equal('BACKEND_UNREACHABLE')
  })

  it('passes over a spoilt wallet in a listing, and says so; every other one is listed', async () => {
    const { place, log, backend } = await opened({ listing: 'names' })
    const [good, bad] = [sampleWallet(), sampleWallet()]
    await backend.create([good, bad])
    place.entries.set(bad.descriptor.signatureId, { text: 'CANARY', labels: {}, deleted: false })
    const listed = []
    for await (const { signatureId } of backend.list()) listed.push(signatureId)
    expect(listed).to.deep.equal([good.descriptor.signatureId])
    expect(log.events('warn')).to.deep.equal(['wallet.passed-over'])
    expect(JSON.stringify(log.lines)).not.to.contain('CANARY')
  })

  it('passes over entries that are marked as somebody else’s', async () => {
    const { place, backend } = await opened()
    place.entries.set(newSignatureId(), { text: 'theirs', labels: { app: 'another' }, deleted: false })
    for await (const descriptor of backend.list()) expect(descriptor).to.equal(undefined)
  })

  it('closes the store again when it cannot be opened', async () => {
    const store = new MemoryStore()
    store.fault = () => {
      throw new KeywardError('BACKEND_SEALED', 'sealed')
    }
    const backend = new RemoteBackend(store, { log: new RecordingLog(), clock: new SleepingClock() })
    expect((await failureOf(backend.open())).code).to.equal('BACKEND_SEALED')
    expect(store.closed).to.equal(1)
    expect((await backend.health()).ready).to.equal(false)
  })

  it('is not ready while the product is not, and says why', async () => {
    const { store, backend } = await opened()
    store.fault = (step) => {
      if (step === 'ping') throw new KeywardError('BACKEND_SEALED', 'Vault is sealed')
    }
    expect(await backend.health()).to.deep.equal({ ready: false, reason: 'Vault is sealed' })
  })
})
