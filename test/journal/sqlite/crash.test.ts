import { join } from 'node:path'
import { expect } from 'chai'
import type { CompiledSources } from '../../kit/compiled.js'
import { DirectJournal } from '../../kit/direct-journal.js'
import { PATHS, SIGNED, entryIn, rejection } from '../../kit/journal-fixtures.js'
import { acknowledgements, compileJournalChild, expectReached, startJournalProcess } from '../../kit/journal-process.js'
import { journalFolder } from '../../kit/sqlite-journal.js'
import type { JournalFolder } from '../../kit/sqlite-journal.js'

const ROUNDS = 5
const JOURNALS = 3
const KILLS = 2

describe('SqliteJournal, when its process is killed', function () {
  this.timeout(60_000)
  let compiled: CompiledSources
  let folder: JournalFolder
  before(async () => {
    compiled = await compileJournalChild()
  })
  after(() => compiled.remove())
  beforeEach(async () => {
    folder = await journalFolder()
  })
  afterEach(() => folder.remove())

  it(`has every step that it acknowledged: ${ROUNDS * JOURNALS * KILLS} times killed at random moments`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // New files each round, so that nobody has them open and the first who opens them has to recover them.
      const paths = Array.from({ length: JOURNALS }, (_, n) => join(folder.folder, `${round}-${n}`, 'journal.db'))
      const lines: string[] = []
      for (let kill = 0; kill < KILLS; kill += 1) {
        const child = startJournalProcess(compiled, ['record', ...paths])
        await child.saidAtLeast(2 + Math.floor(Math.random() * 400))
        const said = await child.kill()
        expect(said[0]).to.equal('open')
        lines.push(...said)
      }
      const acknowledged = acknowledgements(lines)
      expect(acknowledged.size).to.be.at.least(KILLS)
      const journals = await Promise.all(paths.map((path) => DirectJournal.open(path)))
      for (const [pendingId, { position, state }] of acknowledged) {
        const journal = journals[position]!
        const entry = await entryIn(journal, pendingId)
        expectReached(entry, state)
        const states = (await journal.history(pendingId)).map((step) => step.state)
        expect(states).to.deep.equal(['claimed', ...PATHS[entry.state]])
        if (entry.signed) expect(entry.signed).to.deep.equal(SIGNED)
      }
      await Promise.all(journals.map((journal) => journal.close()))
    }
  })

  it('is free for the next daemon as soon as the process is gone, and not before', async () => {
    const child = startJournalProcess(compiled, ['hold', folder.path])
    expect(await child.saidAtLeast(1)).to.deep.equal(['open'])
    const error = await rejection(folder.open())
    expect(error).to.include({ code: 'JOURNAL_LOCKED' })
    expect(error).to.have.property('advice').that.includes(`${folder.path}.lock`)
    const reader = await folder.open({ role: 'reader' })
    expect(await reader.list({})).to.deep.equal([])
    await reader.close()
    await child.kill()
    const next = await folder.open()
    await next.close()
  })

  it('rejects everything when the operating system refuses to write', async function () {
    if (process.platform === 'win32') this.skip()
    const child = startJournalProcess(compiled, ['record', folder.path], 512)
    await child.ended
    const lines = child.lines()
    expect(lines.at(-1)).to.equal('JOURNAL_IO')
    const acknowledged = acknowledgements(lines)
    expect(acknowledged.size).to.be.at.least(5)
    const healed = await DirectJournal.open(folder.path)
    for (const [pendingId, { state }] of acknowledged) expectReached(await entryIn(healed, pendingId), state)
    await healed.close()
  })
})
