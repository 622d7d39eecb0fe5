import { expect } from 'chai'
import { Secret } from '../../../src/core/secret.js'
import { wipeWallet } from '../../../src/core/wallet.js'
import { changedContent } from '../../../src/backends/vgs/catalogue/rows.js'
import type { CatalogueRow } from '../../../src/backends/vgs/catalogue/rows.js'
import { callPolicy } from '../../../src/backends/vgs/limits.js'
import { hashOfValue } from '../../../src/backends/vgs/value-hash.js'
import { failureOf } from '../../kit/failure-of.js'
import { numberedId, sampleWallet } from '../../kit/sample-wallets.js'
import type { AliasBehaviour } from '../../kit/vgs/fake-aliases.js'
import { MovedClock, VgsPlace } from '../../kit/vgs/vgs-place.js'

describe('VGS: reading', () => {
  let place: VgsPlace

  beforeEach(async () => {
    place = await VgsPlace.make()
  })
  afterEach(() => place.dispose())

  /** Values at VGS and in the catalogue, without the requests that creating them takes. */
  const fill = async (count: number): Promise<void> => {
    const store = await place.openStore()
    const rows = Array.from({ length: count }, (_, n): [ReturnType<typeof numberedId>, CatalogueRow] => {
      const value = Secret.fromText(`value ${n}`)
      const alias = place.fake.vault.put(`value ${n}`)
      const id = numberedId(n)
      const labels = { app: 'keyward', chain: 'BTC', network: 'testnet', kind: 'mnemonic' }
      return [id, { id, hash: hashOfValue(value), at: '2026-01-01T00:00:00.000Z', labels, alias, state: 'stored' }]
    })
    await store.catalogue.exclusively((editor) => editor.commit(changedContent(editor.content, rows)))
    place.fake.server.requests.length = 0
  }

  it('lists 25,000 wallets without a single request', async () => {
    await fill(25_000)
    const backend = await place.openBackend()
    place.fake.server.requests.length = 0
    let listed = 0
    for await (const { chain } of backend.list()) if (chain === 'BTC') listed += 1
    expect(listed).to.equal(25_000)
    expect(place.fake.requests).to.deep.equal([])
  })

  it('asks for twenty wallets at a time', async () => {
    await fill(130)
    const store = await place.openStore()
    const backend = await place.openBackend()
    place.fake.server.requests.length = 0
    const seen = new Set<string>()
    for await (const result of backend.getMany(Array.from({ length: 130 }, (_, n) => numberedId(n)))) {
      seen.add(result.signatureId)
    }
    expect(seen.size).to.equal(130)
    expect(place.fake.requests).to.have.length(7)
    expect(store.facts.batchSize).to.equal(20)
  })

  for (const unknownInBatch of ['omit', 404, 400] as const) {
    for (const aliasMember of ['alias', 'value'] as const) {
      it(`finds the others when an alias is unknown (${unknownInBatch}, ${aliasMember})`, async () => {
        Object.assign(place.fake.behaviour, { unknownInBatch, aliasMember } satisfies Partial<AliasBehaviour>)
        await fill(6)
        const store = await place.openStore()
        place.fake.vault.delete(place.fake.vault.aliases[2]!)
        const found = await store.read(Array.from({ length: 6 }, (_, n) => numberedId(n)))
        const texts = [...found.values()].map((one) => (one instanceof Secret ? one.text() : one.code))
        expect(texts).to.deep.equal(['value 0', 'value 1', 'WALLET_NOT_FOUND', 'value 3', 'value 4', 'value 5'])
      })
    }
  }

  it('shows a running daemon what a command has created, without a restart and before it is asked', async () => {
    const daemon = await place.openBackend()
    const command = await place.openBackend()
    const before = await daemon.revision()
    const wallet = sampleWallet()
    await command.create([wallet])
    expect(await daemon.revision()).not.to.equal(before)
    const read = await daemon.get(wallet.descriptor.signatureId)
    expect(read.material.mnemonic?.text()).to.equal(wallet.material.mnemonic?.text())
    wipeWallet(read)
  })

  it('stays below 3,000 requests in every minute, whatever is asked of it', async () => {
    const clock = new MovedClock()
    Object.assign(place.fake, { limited: true, perMinute: 300 })
    place.fake.behaviour.now = clock.now
    place.fake.tokenLifeS = 100_000
    await fill(60)
    // A tenth of the product's rate, for a tenth of its limit.
    const store = await place.openStore({ clock, config: { limits: { requestsPerSecond: 4.8, concurrency: 1 } } })
    for (let n = 0; n < 700; n += 1) {
      const found = await store.read([numberedId(n % 60)])
      expect(found.get(numberedId(n % 60))).to.be.instanceOf(Secret)
    }
    expect(place.fake.requests).to.have.length(701)
    const { rates } = callPolicy({})
    expect((rates.request?.perSecond ?? 0) * 60 + (rates.request?.burst ?? 0)).to.be.below(3000)
  })

  it('reads 20,000 wallets in 25 seconds of the product’s rate', () => {
    const { request } = callPolicy({}).rates
    expect((20_000 / 20 - (request?.burst ?? 0)) / (request?.perSecond ?? 0)).to.be.below(25)
  })

  it('waits for the next minute when somebody else has used up the vault’s allowance', async () => {
    const clock = new MovedClock()
    place.fake.behaviour.now = clock.now
    place.fake.tokenLifeS = 100_000
    await fill(1)
    const store = await place.openStore({ clock, random: () => 0.9 })
    Object.assign(place.fake, { limited: true, perMinute: 5 })
    for (let n = 0; n < 5; n += 1) await store.client.probe()
    const [found] = (await store.read([numberedId(0)])).values()
    expect(found).to.be.instanceOf(Secret)
    expect(clock.waitedMs).to.be.greaterThan(10_000)
  })

  it('waits as long as VGS asks to, and gives up in time', async () => {
    const clock = new MovedClock()
    place.fake.behaviour.now = clock.now
    await fill(1)
    const store = await place.openStore({ clock, config: { timeouts: { totalMs: 30_000 } } })
    place.fake.fault = () => ({ when: 'before', answer: { status: 429, headers: { 'retry-after': '7' } } })
    const before = place.fake.requests.length
    const error = await failureOf(store.read([numberedId(0)]))
    expect(error.code).to.equal('BACKEND_THROTTLED')
    expect(error.advice).to.contain('3,000 requests a minute')
    expect(place.fake.requests.length - before).to.be.within(2, 5)
  })

  it('warns, once a minute, before the allowance is used up', async () => {
    const clock = new MovedClock()
    place.fake.behaviour.now = clock.now
    place.fake.tokenLifeS = 100_000
    const store = await place.openStore({ clock })
    Object.assign(place.fake, { limited: true, perMinute: 100 })
    for (let n = 0; n < 5; n += 1) await store.client.probe()
    expect(place.log.events('warn')).to.deep.equal(['vgs.rate-low'])
    clock.time += 61_000
    await store.client.probe()
    expect(place.log.events('warn')).to.have.length(2)
  })

  it('stops promptly when it is closed in the middle of a request', async () => {
    await fill(1)
    const store = await place.openStore()
    const asked = new Promise<void>((resolve) => {
      place.fake.fault = () => {
        resolve()
        return { when: 'before', answer: { how: 'hang' } }
      }
    })
    const reading = failureOf(store.read([numberedId(0)]))
    await asked
    await store.close()
    expect((await reading).code).to.equal('INTERRUPTED')
  })
})
