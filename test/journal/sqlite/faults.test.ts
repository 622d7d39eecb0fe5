import { expect } from 'chai'
import type { SqliteJournal } from '../../../src/journal/sqlite/sqlite-journal.js'
import { bringTo, entryIn, newClaim, rejection, stepTo } from '../../kit/journal-fixtures.js'
import { faultyWorker, journalFolder } from '../../kit/sqlite-journal.js'
import type { JournalFolder } from '../../kit/sqlite-journal.js'

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : '')

describe('SqliteJournal, when things break', () => {
  let folder: JournalFolder
  beforeEach(async () => {
    folder = await journalFolder()
  })
  afterEach(() => folder.remove())

  /** Calls of every kind, all of which must be rejected for good. */
  async function expectPoisoned(journal: SqliteJournal): Promise<void> {
    const claim = newClaim()
    const calls = [
      journal.claim([claim]),
      journal.record(claim.pendingId, { to: 'claimed' }),
      journal.get(claim.pendingId),
      journal.list({}),
      journal.history(claim.pendingId),
      journal.highestSequence(claim.chain, 'testnet', '0x'),
    ]
    for (const outcome of await Promise.all(calls.map(rejection))) expect(outcome).to.include({ code: 'JOURNAL_IO' })
    await journal.close()
  }

  it('shares commits: ten thousand steps of transactions in flight take a few dozen, however slow the disk', async () => {
    const journal = await folder.open({ worker: faultyWorker('slow', { ms: 5 }) })
    await Promise.all(Array.from({ length: 1_600 }, () => bringTo(journal, 'completed')))
    expect(journal.stats.calls).to.equal(1_600 * 6)
    expect(journal.stats.commits).to.be.within(6, 40)
    await journal.close()
  })

  it('does not commit for those who only read', async () => {
    const journal = await folder.open()
    await journal.list({})
    await journal.get(newClaim().pendingId)
    expect(journal.stats).to.deep.equal({ calls: 2, commits: 0 })
    await journal.close()
  })

  it('rejects everything, for good, after a sync that failed; what was acknowledged before is there', async () => {
    const journal = await folder.open({ worker: faultyWorker('sync-fails', { after: 2 }) })
    const kept = newClaim()
    await journal.claim([kept])
    const together = [newClaim(), newClaim()].map((claim) => journal.claim([claim]))
    const later = new Promise((resolve) => setTimeout(resolve, 1)).then(() => journal.claim([newClaim()]))
    for (const outcome of await Promise.all([...together, later].map(rejection))) {
      expect(outcome).to.include({ code: 'JOURNAL_IO' })
      expect(outcome).to.have.property('advice').that.is.a('string')
    }
    await expectPoisoned(journal)
    expect(await rejection(journal.open())).to.include({ code: 'JOURNAL_IO' })
    const healed = await folder.open()
    expect(await entryIn(healed, kept.pendingId)).to.include({ state: 'claimed' })
    await healed.close()
  })

  it('rejects everything when the disk is full, says so, and goes on from there when there is room again', async () => {
    const journal = await folder.open({ worker: faultyWorker('full', { pages: 40 }) })
    const acknowledged: string[] = []
    let error: unknown
    while (error === undefined) {
      const claim = newClaim()
      error = await bringTo(journal, 'signed', claim).then(
        () => void acknowledged.push(claim.pendingId),
        (thrown: unknown) => thrown,
      )
    }
    expect(error).to.include({ code: 'JOURNAL_IO' })
    expect(messageOf(error)).to.include('the disk is full')
    expect(acknowledged).to.have.lengthOf.at.least(1)
    await expectPoisoned(journal)
    const roomy = await folder.open()
    const signed = await roomy.list({ states: ['signed'], limit: 10_000 })
    expect(signed.map(({ pendingId }) => pendingId as string)).to.include.members(acknowledged)
    await bringTo(roomy, 'completed')
    await roomy.close()
  })

  for (const [fault, words] of [
    ['crashes', 'exit code 7'],
    ['throws', 'RangeError'],
  ] as const) {
    it(`rejects what is underway, and everything after, when the worker ${fault}`, async () => {
      const journal = await folder.open({ worker: faultyWorker(fault, { after: 1 }) })
      let error: unknown
      while (error === undefined) {
        const calls = [newClaim(), newClaim()].map((claim) => journal.claim([claim]))
        error = await Promise.all(calls).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
      }
      expect(error).to.include({ code: 'JOURNAL_IO' })
      expect(messageOf(error)).to.include(words)
      await expectPoisoned(journal)
      const next = await folder.open()
      await bringTo(next, 'completed')
      await next.close()
    })
  }

  it('keeps the event loop free of the disk, and counts a disk that does not answer in time as dead', async () => {
    const journal = await folder.open({ worker: faultyWorker('hangs', { after: 1 }), deadlineMs: 500 })
    let settled = false
    const call = rejection(journal.claim([newClaim()])).finally(() => (settled = true))
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate)
    expect(settled).to.equal(false)
    const error = await call
    expect(error).to.include({ code: 'JOURNAL_IO' })
    expect(messageOf(error)).to.include('has not answered')
    await expectPoisoned(journal)
  })

  it('says when the disk fails at the end; what was acknowledged is there, and the journal is free', async () => {
    const journal = await folder.open({ worker: faultyWorker('close-fails') })
    const claim = await bringTo(journal, 'signed')
    expect(await rejection(journal.close())).to.include({ code: 'JOURNAL_IO' })
    expect(await rejection(journal.get(claim.pendingId))).to.include({ code: 'JOURNAL_IO' })
    const next = await folder.open()
    expect(await entryIn(next, claim.pendingId)).to.include({ state: 'signed' })
    await next.close()
  })

  it('refuses a batch, and goes on, when another process writes for too long', async () => {
    const journal = await folder.open({ deadlineMs: 400 })
    const claim = await bringTo(journal, 'claimed')
    const { openLibsql } = await import('../../../src/journal/sqlite/database.js')
    const shell = openLibsql(folder.path)
    shell.exec('BEGIN IMMEDIATE')
    expect(await rejection(journal.record(claim.pendingId, stepTo('prepared', claim)))).to.include({
      code: 'JOURNAL_LOCKED',
    })
    expect(await entryIn(journal, claim.pendingId)).to.include({ state: 'claimed' })
    shell.exec('ROLLBACK')
    shell.close()
    await journal.record(claim.pendingId, stepTo('prepared', claim))
    await journal.close()
  })

  it('answers nothing before it is opened', async () => {
    const journal = folder.journal()
    expect(await rejection(journal.list({}))).to.include({ code: 'JOURNAL_IO' })
    await journal.close()
    expect(await rejection(journal.open())).to.include({ code: 'JOURNAL_IO' })
  })
})
