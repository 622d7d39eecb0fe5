import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { systemClock } from '../../src/core/clock.js'
import { createJournal } from '../../src/journal/index.js'
import { bringTo, entryIn } from '../kit/journal-fixtures.js'
import { journalFolder } from '../kit/sqlite-journal.js'

describe('createJournal', () => {
  it('makes a journal that is opened by its user, and stamps it with the given clock', async () => {
    const folder = await journalFolder()
    const clock = { ...systemClock, now: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) }
    const journal = await createJournal({ path: folder.path, role: 'daemon', clock })
    await journal.open()
    const claim = await bringTo(journal, 'signed')
    const stamp = '2030-01-02T03:04:05.006Z'
    expect(await entryIn(journal, claim.pendingId)).to.include({ createdAt: stamp, updatedAt: stamp })
    await journal.close()
    await folder.remove()
  })

  it('loads no database until it is asked for a journal, and never on the main thread', async () => {
    const script = `
      const loaded = () => Object.keys(require.cache ?? {}).some((path) => path.includes('libsql'))
      const { createJournal } = await import('./src/journal/index.ts')
      const { createRequire } = await import('node:module')
      const cached = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('libsql'))
      const before = cached()
      const { systemClock } = await import('./src/core/clock.ts')
      const journal = await createJournal({ path: process.argv[1], role: 'daemon', clock: systemClock })
      await journal.open()
      await journal.close()
      console.log(JSON.stringify([before, cached()]))`
    const folder = await journalFolder()
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script, folder.path]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    expect(JSON.parse(stdout)).to.deep.equal([false, false])
    await folder.remove()
  })
})
