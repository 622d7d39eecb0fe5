import { chmod, copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { Catalogue } from '../../../../src/backends/vgs/catalogue/catalogue.js'
import { changedContent } from '../../../../src/backends/vgs/catalogue/rows.js'
import type { CatalogueRow } from '../../../../src/backends/vgs/catalogue/rows.js'
import { systemDisk } from '../../../../src/backends/common/disk.js'
import { systemClock } from '../../../../src/core/clock.js'
import { newSignatureId } from '../../../../src/core/ids.js'
import { failureOf } from '../../../kit/failure-of.js'
import { FaultyDisk, osError } from '../../../kit/faulty-disk.js'
import { RecordingLog, storeFolder } from '../../../kit/file-store.js'
import { numberedId } from '../../../kit/sample-wallets.js'

const stored = (n: number): CatalogueRow => ({
  ...{ id: numberedId(n), hash: 'ab'.repeat(32), at: '2026-01-02T03:04:05.000Z', alias: `tok_live_${n}`, labels: {} },
  state: 'stored',
})

describe('VGS: the catalogue as a file', () => {
  let here: Awaited<ReturnType<typeof storeFolder>>
  const log = new RecordingLog()

  beforeEach(async () => {
    here = await storeFolder()
  })
  afterEach(() => here.dispose())

  const open = (disk = systemDisk, whenMissing: 'fail' | 'create' = 'create'): Promise<Catalogue> =>
    Catalogue.open({ path: here.path, vault: 'live/tnt', whenMissing, disk, clock: systemClock, log })

  const add = (catalogue: Catalogue, ...numbers: number[]): Promise<void> =>
    catalogue.exclusively((editor) =>
      editor.commit(
        changedContent(
          editor.content,
          numbers.map((n) => [numberedId(n), stored(n)]),
        ),
      ),
    )

  const copies = async (): Promise<string[]> =>
    (await readdir(here.folder)).filter((name) => name.includes('.backup-')).sort()

  it('is for its owner alone, and says so when it was not', async () => {
    await add(await open(), 1)
    expect((await stat(here.path)).mode & 0o777).to.equal(0o600)
    for (const name of await copies()) expect((await stat(join(here.folder, name))).mode & 0o777).to.equal(0o600)
    await chmod(here.path, 0o644)
    await open()
    expect(log.events('warn')).to.contain('vgs.catalogue-exposed')
    expect((await stat(here.path)).mode & 0o777).to.equal(0o600)
  })

  it('has a copy of its newest version, which is a file of its own, and a few earlier ones', async () => {
    const catalogue = await open()
    for (let n = 1; n <= 9; n += 1) await add(catalogue, n)
    const names = await copies()
    expect(names).to.have.length(6)
    const newest = join(here.folder, names.at(-1)!)
    expect(await readFile(newest)).to.deep.equal(await readFile(here.path))
    expect((await stat(newest)).ino).not.to.equal((await stat(here.path)).ino)
  })

  for (const [what, spoil] of Object.entries({
    torn: async (path: string) => writeFile(path, (await readFile(path)).subarray(0, -20)),
    edited: async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('tok_live_1', 'tok_live_9')),
    emptied: (path: string) => writeFile(path, ''),
  })) {
    it(`is refused when it was ${what}, and the copy that the advice names brings everything back`, async () => {
      await add(await open(), 1, 2)
      await spoil(here.path)
      const error = await failureOf(open())
      expect(error.code).to.equal('STORE_DAMAGED')
      const name = /cp (\S+) /.exec(error.advice ?? '')?.[1]
      await copyFile(join(here.folder, name!), here.path)
      expect([...(await open()).content.rows.keys()]).to.deep.equal([numberedId(1), numberedId(2)])
    })
  }

  it('is not begun anew when it was lost: the advice names the copy', async () => {
    await add(await open(), 1)
    await rm(here.path)
    const error = await failureOf(open())
    expect(error.code).to.equal('STORE_MISSING')
    expect(error.advice).to.contain((await copies()).at(-1)!)
  })

  it('is missed when it goes away under a running process', async () => {
    const catalogue = await open()
    await add(catalogue, 1)
    await rename(here.path, `${here.path}.away`)
    expect((await failureOf(catalogue.refresh())).code).to.equal('STORE_MISSING')
    await rename(`${here.path}.away`, here.path)
    expect((await catalogue.refresh()).rows.size).to.equal(1)
  })

  it('is not created by a command that only reads', async () => {
    expect((await failureOf(open(systemDisk, 'fail'))).code).to.equal('STORE_MISSING')
    expect(await readdir(dirname(here.path))).to.deep.equal([])
  })

  it('is another revision after every change by anybody, and the same one in between', async () => {
    const [left, right] = [await open(), await open()]
    const seen = new Set([await left.revision()])
    await add(left, 1)
    seen.add(await right.revision())
    await add(right, 2)
    seen.add(await left.revision())
    expect(await left.revision()).to.equal(await right.revision())
    expect(seen.size).to.equal(3)
    expect((await left.refresh()).rows.size).to.equal(2)
  })

  it('loses nothing of what several writers add at the same time', async () => {
    const writers = await Promise.all([open(), open(), open()])
    await Promise.all(Array.from({ length: 18 }, (_, n) => add(writers[n % 3]!, n)))
    expect((await open()).content.rows.size).to.equal(18)
  })

  it('stays as it was when any step of a write fails, and can be written afterwards', async () => {
    const faulty = new FaultyDisk()
    const catalogue = await open(faulty.disk)
    await add(catalogue, 1)
    faulty.calls.length = 0
    await add(catalogue, 2)
    const steps = faulty.calls.filter((call) => !call.startsWith('read')).length
    expect(steps).to.be.greaterThan(6)
    for (let failing = 0; failing < steps; failing += 1) {
      let step = 0
      faulty.fault = () => {
        if (step++ === failing) throw osError('EIO')
      }
      const id = newSignatureId()
      const row: CatalogueRow = { ...stored(3), id }
      const before = catalogue.content.rows.size
      const outcome = await catalogue
        .exclusively((editor) => editor.commit(changedContent(editor.content, [[id, row]])))
        .then(
          () => 'written',
          () => 'refused',
        )
      faulty.fault = () => undefined
      const now = await open()
      // A refusal after the rename may have taken effect; what was acknowledged has.
      if (outcome === 'written') expect(now.content.rows.has(id), `step ${failing}`).to.equal(true)
      expect(now.content.rows.size).to.be.at.least(before)
      expect(now.content.rows.has(numberedId(1))).to.equal(true)
      await catalogue.refresh()
    }
    await add(catalogue, 9)
    expect((await open()).content.rows.has(numberedId(9))).to.equal(true)
  })

  it('keeps 25,000 wallets', async () => {
    const numbers = Array.from({ length: 25_000 }, (_, n) => n)
    await add(await open(), ...numbers)
    const again = await open()
    expect(again.content.rows.size).to.equal(25_000)
    expect(again.content.rows.get(numberedId(24_999))).to.deep.equal(stored(24_999))
  })
})
