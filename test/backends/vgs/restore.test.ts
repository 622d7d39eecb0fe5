import { expect } from 'chai'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keepsCatalogue } from '../../../src/core/catalogue.js'
import type { CatalogueEntry } from '../../../src/core/catalogue.js'
import { newSignatureId } from '../../../src/core/ids.js'
import type { VgsBackend } from '../../../src/backends/vgs/vgs-backend.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { VgsPlace } from '../../kit/vgs/vgs-place.js'

describe('VGS: the catalogue as an export', () => {
  let place: VgsPlace
  let backend: VgsBackend
  const wallets = Array.from({ length: 45 }, () => sampleWallet({ xpub: 'xpub1' }))

  const exported = async (): Promise<CatalogueEntry[]> => {
    const entries: CatalogueEntry[] = []
    for await (const entry of backend.catalogue()) entries.push(entry)
    return entries
  }

  /** The file and its copies are gone: the disk has failed. */
  const lose = async (): Promise<void> => {
    await backend.close()
    const folder = dirname(place.path)
    for (const name of await readdir(folder)) await rm(join(folder, name))
    backend = await place.openBackend()
  }

  beforeEach(async () => {
    place = await VgsPlace.make()
    backend = await place.openBackend()
    await backend.create(wallets)
  })
  afterEach(() => place.dispose())

  it('names the alias of every wallet and no secret', async () => {
    const entries = await exported()
    expect(entries.map(({ signatureId }) => signatureId).sort()).to.deep.equal(
      wallets.map(({ descriptor }) => descriptor.signatureId).sort(),
    )
    expect(entries.map(({ alias }) => alias).sort()).to.deep.equal(place.fake.vault.aliases.sort())
    expect(JSON.stringify(entries)).not.to.contain('test-only')
    expect(keepsCatalogue(backend)).to.equal(true)
  })

  it('brings back every wallet with its descriptor when the catalogue was lost', async () => {
    const text = JSON.stringify(await exported())
    await lose()
    const steps: number[] = []
    const report = await backend.restoreCatalogue(JSON.parse(text) as unknown[], (done) => void steps.push(done))
    expect(report).to.deep.equal({ restored: 45, known: 0, problems: [] })
    expect(steps.at(-1)).to.equal(45)
    const listed = []
    for await (const descriptor of backend.list()) listed.push(descriptor)
    expect(listed).to.have.deep.members(wallets.map(({ descriptor }) => descriptor))
    const [wallet] = wallets
    expect(await readPlain(backend, wallet!.descriptor.signatureId)).to.deep.equal(plainWallet(wallet!))
    expect(await backend.restoreCatalogue(JSON.parse(text) as unknown[])).to.deep.equal({
      restored: 0,
      known: 45,
      problems: [],
    })
  })

  it('takes up no entry that VGS does not prove, and says which', async () => {
    const [first, second, third] = await exported()
    await lose()
    const swapped = { ...first!, alias: second!.alias }
    const unknown = { ...second!, alias: 'tok_sandbox_nobody' }
    const report = await backend.restoreCatalogue([swapped, unknown, third!, { nonsense: true }, null])
    expect(report.restored).to.equal(1)
    expect(report.problems).to.have.length(4)
    expect(report.problems.map(({ problem }) => problem).join('\n'))
      .to.match(/belongs to wallet/)
      .and.match(/does not know the alias/)
      .and.match(/entry 4 has no signatureId/)
  })

  it('changes nothing that is there', async () => {
    const [first] = await exported()
    const report = await backend.restoreCatalogue([{ ...first!, alias: 'tok_sandbox_another' }])
    expect(report.problems).to.have.length(1)
    expect((await exported()).find(({ signatureId }) => signatureId === first!.signatureId)).to.deep.equal(first)
    expect(await backend.restoreCatalogue([{ signatureId: newSignatureId(), alias: 'tok_sandbox_nobody' }])).to.include(
      { restored: 0 },
    )
  })
})
