import { copyFile, mkdir, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect } from 'chai'
import type { PendingId } from '../../../src/core/ids.js'
import { openLibsql } from '../../../src/journal/sqlite/database.js'
import { DirectJournal } from '../../kit/direct-journal.js'
import { bringTo, newClaim, rejection } from '../../kit/journal-fixtures.js'
import { journalFolder } from '../../kit/sqlite-journal.js'
import type { JournalFolder } from '../../kit/sqlite-journal.js'

describe('SqliteJournal, on a damaged file', () => {
  let whole: JournalFolder
  let ids: readonly PendingId[]
  let folder: JournalFolder

  before(async () => {
    whole = await journalFolder()
    const journal = await DirectJournal.open(whole.path)
    const claims = await Promise.all(Array.from({ length: 400 }, () => bringTo(journal, 'completed')))
    await journal.close()
    ids = claims.map(({ pendingId }) => pendingId)
  })
  after(() => whole.remove())
  beforeEach(async () => {
    folder = await journalFolder()
    await mkdir(dirname(folder.path))
    await copyFile(whole.path, folder.path)
  })
  afterEach(() => folder.remove())

  async function expectDamaged(call: Promise<unknown>, words: string): Promise<void> {
    const error = await rejection(call)
    expect(error).to.include({ code: 'JOURNAL_IO' })
    expect(String(error)).to.include(words)
    expect(error).to.have.property('advice').that.includes('backup')
  }

  it('refuses a file that is no database, and leaves it as it is', async () => {
    await writeFile(folder.path, 'my shopping list'.repeat(1_000))
    for (const role of ['daemon', 'reader'] as const)
      await expectDamaged(DirectJournal.open(folder.path, role), 'damaged')
    expect(await readFile(folder.path, 'utf8')).to.equal('my shopping list'.repeat(1_000))
  })

  it('refuses the database of another program, and leaves it as it is', async () => {
    await rm(folder.path)
    const other = openLibsql(folder.path)
    other.exec('CREATE TABLE recipes (name TEXT); PRAGMA user_version = 1')
    other.close()
    expect(String(await rejection(DirectJournal.open(folder.path)))).to.include('another program')
    expect(openLibsql(folder.path).prepare('SELECT count(*) AS n FROM sqlite_schema').get()).to.include({ n: 1 })
  })

  it('reports pages that were overwritten, and answers nothing after that', async () => {
    const file = await open(folder.path, 'r+')
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size - 8 * 4096, 0xa5), 0, size - 8 * 4096, 8 * 4096)
    await file.close()
    const journal = await folder.open()
    await expectDamaged(journal.list({ limit: 1_000 }), 'damaged')
    await expectDamaged(journal.get(newClaim().pendingId), 'damaged')
    await journal.close()
  })

  it('reports a file that lost its end', async () => {
    await truncate(folder.path, Math.floor((await stat(folder.path)).size / 2))
    await expectDamaged(
      DirectJournal.open(folder.path).then(async (journal) => {
        try {
          return await journal.list({ limit: ids.length })
        } finally {
          await journal.close()
        }
      }),
      'damaged',
    )
  })

  for (const [what, sql, words] of [
    ['a plan that is no JSON', `UPDATE transactions SET plan = '{'`, '(plan)'],
    ['a plan of a shape that no version wrote', `UPDATE transactions SET plan = '{"version":1}'`, '(plan)'],
    ['a plan that was edited', `UPDATE transactions SET plan = replace(plan, '0xreceiver', '0xthief')`, 'its digest'],
    [
      'an approval of something else',
      `UPDATE transactions SET decision = replace(decision, 'approved', 'refused')`,
      'approval',
    ],
    ['a date that is none', `UPDATE transactions SET updated_at = 'yesterday'`, '(updated_at)'],
    ['a chain that cannot be', `UPDATE transactions SET chain = 'eth'`, '(chain)'],
    [
      'a state without what it needs',
      `UPDATE transactions SET state = 'refused', raw = NULL, signed_tx_id = NULL`,
      'no reason_code',
    ],
  ] as const) {
    it(`reports ${what}, without repeating it`, async () => {
      const database = openLibsql(folder.path)
      const triggers = ['signed_bytes_never_change', 'identities_never_change']
      for (const trigger of triggers) database.exec(`DROP TRIGGER ${trigger}`)
      database.exec(sql)
      database.close()
      const journal = await DirectJournal.open(folder.path)
      const error = await rejection(journal.list({}))
      expect(error).to.include({ code: 'JOURNAL_IO' })
      expect(String(error)).to.include(words)
      expect(JSON.stringify(error)).to.not.include('thief').and.not.include('yesterday')
      await journal.close()
    })
  }

  it('goes on from a copy of the file alone, taken after it was closed', async () => {
    const journal = await DirectJournal.open(folder.path)
    const entries = await journal.list({ limit: 1_000 })
    expect(entries.map(({ pendingId }) => pendingId)).to.have.members(ids)
    await journal.close()
  })
})
