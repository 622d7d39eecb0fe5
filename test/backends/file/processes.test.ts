import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { newSignatureId } from '../../../src/core/ids.js'
import type { SignatureId } from '../../../src/core/ids.js'
import { runChild } from '../../kit/child.js'
import type { Child } from '../../kit/child.js'
import { failureOf } from '../../kit/failure-of.js'
import { openStoreAt, PASSWORD, ScriptedSecrets, storeFolder } from '../../kit/file-store.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'

const KILLS = 30
const LANES = 3

const listed = async (path: string): Promise<Set<string>> => {
  const store = await openStoreAt(path, { whenMissing: 'fail' })
  const ids = new Set<string>()
  for await (const { signatureId } of store.list()) ids.add(signatureId)
  expect((await store.check()).problems).to.deep.equal([])
  await store.close()
  return ids
}

describe('a store that several processes use', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  let children: Child[]

  const adder = (path: string, count: number, ...more: string[]): Child => {
    const child = runChild('store-child.ts', ['add', path, String(count), ...more])
    children.push(child)
    return child
  }

  beforeEach(async () => {
    folder = await storeFolder()
    children = []
  })

  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()))
    await folder.dispose()
  })

  it('loses no wallet when two processes add at the same time', async () => {
    const adders = [adder(folder.path, 40, 'together'), adder(folder.path, 40, 'together')]
    await Promise.all(adders.map((child) => child.said(1)))
    adders.forEach((child) => child.go())
    expect(await Promise.all(adders.map((child) => child.ended))).to.deep.equal([0, 0])
    const acknowledged = adders.flatMap((child) => child.lines().slice(1))
    expect(acknowledged).to.have.length(80)
    expect([...(await listed(folder.path))]).to.have.members(acknowledged)
  })

  it('shows a running process what another has added', async () => {
    const first = sampleWallet()
    const store = await openStoreAt(folder.path)
    await store.create([first])
    const child = adder(folder.path, 3)
    await child.ended
    const ids: SignatureId[] = []
    for await (const { signatureId } of store.list()) ids.push(signatureId)
    expect(ids).to.have.members([first.descriptor.signatureId, ...child.lines().slice(1)])
    await store.close()
  })

  it('answers readers while it writes and while its password changes', async () => {
    const known = sampleWallet()
    const store = await openStoreAt(folder.path, {
      secrets: new ScriptedSecrets().next(PASSWORD, 'another strong password 77'),
    })
    await store.create([known])
    const { signatureId } = known.descriptor
    let busy = true
    const readers = Array.from({ length: 4 }, async () => {
      let reads = 0
      while (busy) {
        expect(await readPlain(store, signatureId)).to.deep.equal(plainWallet(known))
        expect((await failureOf(store.get(newSignatureId()))).code).to.equal('WALLET_NOT_FOUND')
        for await (const { chain } of store.list()) expect(chain).to.equal('BTC')
        reads += 1
      }
      return reads
    })
    for (let n = 0; n < 10; n += 1) await store.create([sampleWallet()])
    await store.changePassword()
    for (let n = 0; n < 10; n += 1) await store.create([sampleWallet()])
    busy = false
    for (const reads of await Promise.all(readers)) expect(reads).to.be.greaterThan(0)
    expect(await store.check()).to.include({ wallets: 21 })
    await store.close()
  })

  it(`keeps every acknowledged wallet when a writer is killed, ${KILLS} times over`, async function () {
    this.timeout(90_000)
    const lane = async (n: number): Promise<void> => {
      const path = `${folder.path}-${n}`
      const acknowledged = new Set<string>()
      for (let kill = 0; kill < KILLS / LANES; kill += 1) {
        const child = adder(path, 1_000_000)
        await child.said(2)
        await delay(Math.random() * 40)
        await child.kill()
        child
          .lines()
          .slice(1)
          .forEach((id) => acknowledged.add(id))
        const found = await listed(path)
        expect([...acknowledged].filter((id) => !found.has(id))).to.deep.equal([])
      }
    }
    await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)))
  })
})
