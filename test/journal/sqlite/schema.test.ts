import { expect } from 'chai'
import { configure, openLibsql } from '../../../src/journal/sqlite/database.js'
import type { Database } from '../../../src/journal/sqlite/database.js'
import { MIGRATIONS, migrate } from '../../../src/journal/sqlite/schema.js'
import { DirectJournal } from '../../kit/direct-journal.js'
import { bringTo, entryIn, newClaim, rejection } from '../../kit/journal-fixtures.js'
import { journalFolder } from '../../kit/sqlite-journal.js'
import type { JournalFolder } from '../../kit/sqlite-journal.js'

describe('the schema of a SqliteJournal', () => {
  let folder: JournalFolder
  beforeEach(async () => {
    folder = await journalFolder()
  })
  afterEach(() => folder.remove())

  const pragma = (database: Database, name: string): unknown => {
    const [row] = database.prepare(`PRAGMA ${name}`).all()
    return Object.values(row ?? {})[0]
  }

  it('is synced at each commit: a log that is flushed before a call is answered', async () => {
    await (await DirectJournal.open(folder.path)).close()
    const database = openLibsql(folder.path)
    database.exec('PRAGMA synchronous = OFF')
    configure(database, 1_234)
    expect(pragma(database, 'journal_mode')).to.equal('wal')
    expect(pragma(database, 'synchronous')).to.equal(2)
    expect(pragma(database, 'busy_timeout')).to.equal(1_234)
    expect(pragma(database, 'foreign_keys')).to.equal(1)
    database.close()
  })

  it('defends itself: signed bytes, identities and the history cannot be changed, and nothing can be deleted', async () => {
    const journal = await DirectJournal.open(folder.path)
    await bringTo(journal, 'signed')
    await journal.close()
    const database = openLibsql(folder.path)
    for (const [sql, rule] of [
      [`UPDATE transactions SET raw = '0xother'`, 'signed bytes never change'],
      [`UPDATE transactions SET raw = NULL, signed_tx_id = NULL, state = 'approved'`, 'signed bytes never change'],
      [`UPDATE transactions SET plan = '{}'`, 'signed bytes never change'],
      [`UPDATE transactions SET state = 'approved'`, 'CHECK'],
      [`UPDATE transactions SET state = 'unheard-of'`, 'CHECK'],
      [`UPDATE transactions SET pending_id = '0'`, 'identity'],
      ['DELETE FROM transactions', 'never forgotten'],
      [`UPDATE steps SET state = 'claimed'`, 'append-only'],
      ['DELETE FROM steps', 'append-only'],
      [`INSERT INTO steps (pending_id, seq, at, state) VALUES ('unknown', 1, 'now', 'claimed')`, 'FOREIGN KEY'],
    ] as const) {
      expect(() => database.exec(sql), sql).to.throw(rule)
    }
    database.close()
  })

  it('is brought to a newer version once, with all that it holds', async () => {
    const journal = await DirectJournal.open(folder.path)
    const claim = await bringTo(journal, 'signed')
    await journal.close()
    const next = [...MIGRATIONS, `ALTER TABLE transactions ADD COLUMN note TEXT DEFAULT 'new'`]
    const database = openLibsql(folder.path)
    migrate(database, next)
    migrate(database, next)
    expect(pragma(database, 'user_version')).to.equal(MIGRATIONS.length + 1)
    const [row] = database.prepare('SELECT pending_id, note FROM transactions').all()
    expect(row).to.include({ pending_id: claim.pendingId, note: 'new' })
    database.close()
  })

  it('stays as it is when a migration fails in the middle', async () => {
    const journal = await DirectJournal.open(folder.path)
    const claim = await bringTo(journal, 'signed')
    await journal.close()
    const broken = [...MIGRATIONS, 'CREATE TABLE half (x TEXT); CREATE TABLE half (x TEXT)']
    const database = openLibsql(folder.path)
    expect(() => migrate(database, broken)).to.throw('half')
    database.close()
    const again = await DirectJournal.open(folder.path)
    expect(await entryIn(again, claim.pendingId)).to.include({ state: 'signed' })
    await again.close()
  })

  it('refuses what a newer version wrote, and a reader refuses what an older one wrote', async () => {
    await (await DirectJournal.open(folder.path)).close()
    const database = openLibsql(folder.path)
    const expectRefused = async (version: number, role: 'daemon' | 'reader', words: string): Promise<void> => {
      database.exec(`PRAGMA user_version = ${version}`)
      const error = await rejection(DirectJournal.open(folder.path, role))
      expect(error).to.include({ code: 'JOURNAL_IO' })
      expect(String(error)).to.include(words)
    }
    await expectRefused(99, 'daemon', 'a newer version')
    await expectRefused(99, 'reader', 'a newer version')
    await expectRefused(MIGRATIONS.length - 1, 'reader', 'an older version')
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    database.close()
    const journal = await DirectJournal.open(folder.path)
    await journal.claim([newClaim()])
    await journal.close()
  })
})
