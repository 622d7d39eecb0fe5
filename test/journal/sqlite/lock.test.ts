import { mkdir, rmdir } from 'node:fs/promises'
import { expect } from 'chai'
import { bringTo, newClaim, rejection } from '../../kit/journal-fixtures.js'
import { journalFolder } from '../../kit/sqlite-journal.js'
import type { JournalFolder } from '../../kit/sqlite-journal.js'

describe('the lock of a SqliteJournal', () => {
  let folder: JournalFolder
  beforeEach(async () => {
    folder = await journalFolder()
  })
  afterEach(() => folder.remove())

  it('refuses a second daemon, which changes nothing and can wait for its turn', async () => {
    const first = await folder.open()
    const second = folder.journal()
    expect(await rejection(second.open())).to.include({ code: 'JOURNAL_LOCKED' })
    expect(await rejection(second.open())).to.include({ code: 'JOURNAL_LOCKED' })
    expect(await rejection(second.claim([newClaim()]))).to.include({ code: 'JOURNAL_IO' })
    await bringTo(first, 'completed')
    await first.close()
    await second.open()
    await bringTo(second, 'completed')
    await second.close()
  })

  it('is given to one of several daemons that start at the same time', async () => {
    const rivals = Array.from({ length: 4 }, () => folder.journal())
    const outcomes = await Promise.allSettled(rivals.map((rival) => rival.open()))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).to.include({ code: 'JOURNAL_LOCKED' })
    await Promise.all(rivals.map((rival) => rival.close()))
  })

  it('is not in the way of readers, nor they in the way of a daemon that starts', async () => {
    await (await folder.open()).close()
    const readers = await Promise.all([folder.open({ role: 'reader' }), folder.open({ role: 'reader' })])
    const daemon = await folder.open()
    const claim = await bringTo(daemon, 'signed')
    for (const reader of readers) expect(await reader.get(claim.pendingId)).to.include({ state: 'signed' })
    await Promise.all([...readers, daemon].map((journal) => journal.close()))
  })

  it('is free again after an opening that failed', async () => {
    await mkdir(folder.path, { recursive: true })
    const journal = folder.journal()
    expect(await rejection(journal.open())).to.include({ code: 'JOURNAL_IO' })
    await rmdir(folder.path)
    await journal.open()
    await journal.close()
  })
})
