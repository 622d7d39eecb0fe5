import { expect } from 'chai'
import { parseSignatureId } from '../../../src/core/ids.js'
import { runChild } from '../../kit/child.js'
import type { Child } from '../../kit/child.js'
import { VgsPlace } from '../../kit/vgs/vgs-place.js'

describe('VGS: several processes on one vault', function () {
  this.timeout(60_000)
  let place: VgsPlace

  beforeEach(async () => {
    place = await VgsPlace.make()
  })
  afterEach(() => place.dispose())

  const creator = (count: number, together = 1): Child =>
    runChild('vgs-child.ts', [JSON.stringify(place.config()), String(count), String(together)])

  const readable = async (ids: readonly string[]): Promise<void> => {
    const backend = await place.openBackend()
    for (const id of ids) {
      const wallet = await backend.get(parseSignatureId(id))
      expect(wallet.material.mnemonic?.text()).to.equal(`test-only mnemonic of ${id}`)
    }
  }

  it('loses no acknowledged wallet, and forgets no value at VGS, whenever a creator is killed', async () => {
    for (const acknowledged of [1, 3, 6]) {
      const child = creator(1000, 3)
      await child.said(1 + acknowledged)
      await child.kill()
      const lines = child.lines().slice(1)
      expect(lines.length).to.be.at.least(acknowledged)
      await readable(lines)
    }
    const store = await place.openStore()
    const { rows, orphans } = store.catalogue.content
    expect([...rows.values()].every(({ state }) => state === 'stored')).to.equal(true)
    const known = new Set([...rows.values()].flatMap((row) => ('alias' in row ? [row.alias] : [])))
    const unknown = place.fake.vault.aliases.filter((alias) => !known.has(alias))
    const noted = orphans.reduce((sum, { copies }) => sum + copies, 0)
    expect(unknown.length).to.be.at.most(noted)
  })

  it('lets commands and a daemon create at the same time, and loses nothing', async () => {
    const children = [creator(8, 2), creator(8, 2)]
    expect(await Promise.all(children.map(({ ended }) => ended))).to.deep.equal([0, 0])
    const ids = children.flatMap((child) => child.lines().slice(1))
    expect(ids).to.have.length(32)
    await readable(ids)
    const store = await place.openStore()
    expect(store.catalogue.content.rows.size).to.equal(32)
    expect(store.catalogue.content.orphans).to.deep.equal([])
  })
})
