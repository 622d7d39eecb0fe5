import { expect } from 'chai'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import type { CatalogueContent } from '../../../src/backends/vgs/catalogue/rows.js'
import { changedContent } from '../../../src/backends/vgs/catalogue/rows.js'
import type { VgsStore } from '../../../src/backends/vgs/vgs-store.js'
import { failureOf } from '../../kit/failure-of.js'
import { FaultyDisk, osError } from '../../kit/faulty-disk.js'
import type { Answer, Received } from '../../kit/loopback-server.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { VgsPlace } from '../../kit/vgs/vgs-place.js'

const isPost = ({ method, path }: Received): boolean => method === 'POST' && path === '/aliases'
const isDelete = ({ method }: Received): boolean => method === 'DELETE'
const values = (store: VgsStore): CatalogueContent => store.catalogue.content

const LOST: Readonly<Record<string, Partial<Answer>>> = {
  'the connection is reset': { how: 'reset' },
  'half of the answer': { how: 'half' },
  'a failure of the server': { status: 502, body: 'bad gateway' },
  'an answer that is no JSON': { status: 201, body: 'ok' },
}

describe('VGS: answers that are lost, and processes that die', () => {
  let place: VgsPlace

  beforeEach(async () => {
    place = await VgsPlace.make()
  })
  afterEach(() => place.dispose())

  for (const [what, answer] of Object.entries(LOST)) {
    it(`stores again when VGS has stored and ${what}, and remembers what may be left`, async () => {
      const backend = await place.openBackend()
      const wallet = sampleWallet()
      place.fake.spoilNext(isPost, { when: 'after', answer })
      await backend.create([wallet])
      expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
      expect(place.fake.vault.aliases).to.have.length(2)
      expect(place.log.events('warn')).to.deep.equal(['vgs.possible-orphan'])
      expect(backend.description).to.contain('up to 1 left-over value')
      const [orphan] = values(await place.openStore()).orphans
      expect(orphan).to.include({ id: wallet.descriptor.signatureId, copies: 1 })
    })
  }

  it('gets the alias of the first attempt from a vault with fingerprints', async () => {
    place.fake.behaviour.fingerprinting = true
    const backend = await place.openBackend()
    const wallet = sampleWallet()
    place.fake.spoilNext(isPost, { when: 'after', answer: { how: 'reset' } }, 2)
    await backend.create([wallet])
    expect(place.fake.vault.aliases).to.have.length(1)
    expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
  })

  it('counts no orphan for refusals: throttled and unauthenticated requests store nothing', async () => {
    const store = await place.openStore()
    place.fake.expireTokens()
    place.fake.spoilNext(isPost, { when: 'before', answer: { status: 429 } }, 2)
    await store.create(newSignatureId(), Secret.fromText('value'), {})
    expect(values(store).orphans).to.deep.equal([])
    expect(place.fake.vault.aliases).to.have.length(1)
  })

  it('leaves no wallet, and a note, when VGS never answers', async () => {
    const backend = await place.openBackend()
    const wallet = sampleWallet()
    place.fake.spoilNext(isPost, { when: 'after', answer: { how: 'reset' } }, 99)
    const error = await failureOf(backend.create([wallet]))
    expect(error.code).to.equal('BACKEND_UNREACHABLE')
    expect((await failureOf(backend.get(wallet.descriptor.signatureId))).code).to.equal('WALLET_NOT_FOUND')
    const store = await place.openStore()
    expect(values(store).rows.size).to.equal(0)
    // As many as reached VGS, no less.
    const copies = values(store).orphans.reduce((sum, orphan) => sum + orphan.copies, 0)
    expect(copies).to.equal(place.fake.vault.aliases.length)
    place.fake.fault = () => undefined
    await backend.create([wallet])
    expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
  })

  it('leaves no wallet and no note when VGS cannot be reached at all', async () => {
    const store = await place.openStore()
    await place.fake.close()
    expect((await failureOf(store.create(newSignatureId(), Secret.fromText('v'), {}))).code).to.equal(
      'BACKEND_UNREACHABLE',
    )
    expect(values(store)).to.deep.include({ orphans: [] })
    expect(values(store).rows.size).to.equal(0)
  })

  it('matches values and aliases by what an alias reveals when replies quote nothing, in any order', async () => {
    Object.assign(place.fake.behaviour, { quoting: false, reversed: true })
    const backend = await place.openBackend()
    const wallets = Array.from({ length: 25 }, () => sampleWallet())
    await backend.create(wallets)
    for (const wallet of wallets) {
      expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
    }
    expect(place.fake.vault.aliases).to.have.length(25)
  })

  it('takes nothing away that was not seen to be its own: others may use the vault', async () => {
    const store = await place.openStore()
    const stray = place.fake.vault.put('somebody else’s')
    const reply = { status: 201, body: { data: [{ value: 'another', aliases: [{ alias: stray, format: 'UUID' }] }] } }
    place.fake.spoilNext(isPost, { when: 'before', answer: reply })
    const id = newSignatureId()
    expect((await failureOf(store.create(id, Secret.fromText('mine'), {}))).code).to.equal('BACKEND_CONFLICT')
    const next = await place.openStore()
    expect(values(next).orphans.map(({ alias }) => alias)).to.deep.equal([stray])
    expect(place.fake.vault.textOf(stray)).to.equal('somebody else’s')
  })

  it('does not let two wallets share an alias', async () => {
    const store = await place.openStore()
    const [first, second] = [newSignatureId(), newSignatureId()]
    place.fake.behaviour.fingerprinting = true
    await store.create(first, Secret.fromText('same'), {})
    expect((await failureOf(store.create(second, Secret.fromText('same'), {}))).code).to.equal('BACKEND_CONFLICT')
    expect([...values(store).rows.keys()]).to.deep.equal([first])
    expect(place.fake.vault.aliases).to.have.length(1)
  })

  it('keeps the others of a batch when VGS does not take one value', async () => {
    const store = await place.openStore()
    place.fake.fault = ({ method, body }) =>
      method === 'POST' && body.includes('poison') ? { when: 'before', answer: { status: 400 } } : undefined
    const texts = ['one', 'poison', 'three']
    const ids = texts.map(() => newSignatureId())
    const ended = await Promise.allSettled(texts.map((text, n) => store.create(ids[n]!, Secret.fromText(text), {})))
    expect(ended.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(values(store).rows.size).to.equal(2)
  })

  describe('when the catalogue cannot be written', () => {
    it('asks VGS for nothing', async () => {
      const faulty = new FaultyDisk()
      const store = await place.openStore({ disk: faulty.disk })
      faulty.fault = (operation) => {
        if (operation === 'sync') throw osError('ENOSPC')
      }
      const error = await failureOf(store.create(newSignatureId(), Secret.fromText('v'), {}))
      expect(error.code).to.equal('STORE_IO')
      expect(place.fake.requests.filter((line) => line.startsWith('POST'))).to.deep.equal([])
    })

    it('takes the alias back that it cannot write down', async () => {
      const faulty = new FaultyDisk()
      const store = await place.openStore({ disk: faulty.disk })
      place.fake.fault = (request) => {
        if (isPost(request)) {
          faulty.fault = (operation) => {
            if (operation === 'write') throw osError('ENOSPC')
          }
        }
        return undefined
      }
      const id = newSignatureId()
      expect((await failureOf(store.create(id, Secret.fromText('v'), {}))).code).to.equal('STORE_IO')
      expect(place.fake.vault.aliases).to.deep.equal([])
      faulty.fault = () => undefined
      place.fake.fault = () => undefined
      await store.create(id, Secret.fromText('w'), {})
      expect(values(store).rows.get(id)?.state).to.equal('stored')
    })

    it('logs the alias when it can be neither written down nor taken back', async () => {
      const faulty = new FaultyDisk()
      const store = await place.openStore({ disk: faulty.disk })
      place.fake.fault = (request) => {
        if (isDelete(request)) return { when: 'before', answer: { status: 403 } }
        if (isPost(request)) {
          faulty.fault = (operation) => {
            if (operation === 'write') throw osError('ENOSPC')
          }
        }
        return undefined
      }
      await failureOf(store.create(newSignatureId(), Secret.fromText('v'), {}))
      const line = place.log.lines.find(({ event }) => event === 'vgs.alias-unrecorded')
      expect(place.fake.vault.aliases).to.deep.equal([line?.fields['alias']])
    })
  })

  describe('what a process that is gone has left', () => {
    const reserve = async (store: VgsStore): Promise<ReturnType<typeof newSignatureId>> => {
      const id = newSignatureId()
      const row = { id, hash: 'a'.repeat(64), at: '2026-01-01T00:00:00.000Z', labels: {}, state: 'reserved' as const }
      await store.catalogue.exclusively((editor) => editor.commit(changedContent(editor.content, [[id, row]])))
      return id
    }

    it('is reported as a possible orphan at the next start, and its id is free', async () => {
      const id = await reserve(await place.openStore())
      const next = await place.openStore()
      expect(values(next).rows.size).to.equal(0)
      expect(values(next).orphans).to.deep.include({ ...values(next).orphans[0], id, copies: 1 })
      expect(place.log.events('warn')).to.contain('vgs.possible-orphan')
      await next.create(id, Secret.fromText('v'), {})
      expect(values(next).rows.get(id)?.state).to.equal('stored')
    })

    it('is never taken for what another process is doing just now', async () => {
      const busy = await place.openStore()
      const id = newSignatureId()
      let letGo: () => void = () => undefined
      const going = new Promise<void>((resolve) => (letGo = resolve))
      const stored = new Promise<void>((resolve) => {
        place.fake.hold = (request) => {
          if (!isPost(request)) return undefined
          resolve()
          return going
        }
      })
      const creating = busy.create(id, Secret.fromText('v'), {})
      await stored
      const other = await place.openStore()
      expect(values(other).rows.get(id)?.state).to.equal('reserved')
      expect(values(other).orphans).to.deep.equal([])
      letGo()
      await creating
      expect((await other.read([id])).get(id)).to.be.instanceOf(Secret)
    })

    it('is settled by whoever wants the id before the next start', async () => {
      const store = await place.openStore()
      const id = await reserve(store)
      await store.create(id, Secret.fromText('v'), {})
      expect(values(store).rows.get(id)?.state).to.equal('stored')
      expect(values(store).orphans).to.have.length(1)
    })

    it('is a removal that is completed', async () => {
      const store = await place.openStore()
      const id = newSignatureId()
      await store.create(id, Secret.fromText('v'), {})
      place.fake.spoilNext(isDelete, { when: 'before', answer: { how: 'reset' } }, 99)
      const error = await failureOf(store.remove(id, 'permanent'))
      expect(error.code).to.equal('BACKEND_UNCERTAIN')
      expect(values(store).rows.get(id)?.state).to.equal('removing')
      for await (const name of store.names()) expect.fail(`listed: ${name.signatureId}`)
      place.fake.fault = () => undefined
      const next = await place.openStore()
      expect(values(next).rows.size).to.equal(0)
      expect(place.fake.vault.aliases).to.deep.equal([])
    })

    it('does not keep a reader with a read-only disk from starting', async () => {
      await reserve(await place.openStore())
      const faulty = new FaultyDisk()
      faulty.fault = (operation, path) => {
        if (operation !== 'open' || path.includes('backup')) throw osError('EROFS')
      }
      const store = await place.openStore({ disk: faulty.disk })
      expect(values(store).rows.size).to.equal(1)
      expect(place.log.events('warn')).to.contain('vgs.leftovers-unsettled')
    })
  })

  it('keeps a wallet whose removal VGS has refused', async () => {
    const store = await place.openStore()
    const id = newSignatureId()
    await store.create(id, Secret.fromText('v'), {})
    place.fake.spoilNext(isDelete, { when: 'before', answer: { status: 403 } })
    expect((await failureOf(store.remove(id, 'permanent'))).code).to.equal('BACKEND_DENIED')
    expect((await store.read([id])).get(id)).to.be.instanceOf(Secret)
  })

  it('removes a wallet whose alias is gone from VGS already', async () => {
    const store = await place.openStore()
    const id = newSignatureId()
    await store.create(id, Secret.fromText('v'), {})
    place.fake.vault.delete(place.fake.vault.aliases[0]!)
    const unread = (await store.read([id])).get(id)
    expect(unread).to.include({ code: 'WALLET_NOT_FOUND' })
    await store.remove(id, 'permanent')
    expect(values(store).rows.size).to.equal(0)
  })
})
