import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { requireLocalDisk } from '../../../src/journal/sqlite/files.js'
import { DirectJournal } from '../../kit/direct-journal.js'
import { bringTo, rejection } from '../../kit/journal-fixtures.js'
import { journalFolder } from '../../kit/sqlite-journal.js'
import type { JournalFolder } from '../../kit/sqlite-journal.js'

describe('the files of a SqliteJournal', () => {
  let folder: JournalFolder
  beforeEach(async () => {
    folder = await journalFolder()
  })
  afterEach(() => folder.remove())

  const modes = async (): Promise<Record<string, string>> => {
    const state = dirname(folder.path)
    const names = ['.', ...(await readdir(state))]
    const entries = names.map(
      async (name) => [name, ((await stat(join(state, name))).mode & 0o777).toString(8)] as const,
    )
    return Object.fromEntries(await Promise.all(entries))
  }

  it('are readable by their owner alone, while the journal is open and afterwards', async function () {
    if (process.platform === 'win32') this.skip()
    const journal = await folder.open()
    await bringTo(journal, 'signed')
    expect(await modes()).to.deep.equal({
      '.': '700',
      'journal.db': '600',
      'journal.db-shm': '600',
      'journal.db-wal': '600',
      'journal.db.lock': '600',
    })
    await journal.close()
    expect(await modes()).to.deep.equal({ '.': '700', 'journal.db': '600', 'journal.db.lock': '600' })
  })

  it('are made private when a restored backup was not, in a folder that stays as its owner made it', async function () {
    if (process.platform === 'win32') this.skip()
    await (await DirectJournal.open(folder.path)).close()
    await chmod(folder.path, 0o644)
    await chmod(dirname(folder.path), 0o755)
    const journal = await DirectJournal.open(folder.path)
    await bringTo(journal, 'signed')
    expect(await modes()).to.include({ '.': '755', 'journal.db': '600', 'journal.db-wal': '600' })
    await journal.close()
  })

  it('are not made by a reader: without a journal it says so', async () => {
    expect(await rejection(DirectJournal.open(folder.path, 'reader'))).to.include({ code: 'FILE_UNREADABLE' })
    expect(await readdir(folder.folder)).to.deep.equal([])
  })

  it('cannot be made where a folder cannot be, and the error says what to do', async () => {
    const error = await rejection(DirectJournal.open('/dev/null/journal.db'))
    expect(error).to.include({ code: 'JOURNAL_IO' })
    expect(error).to.have.property('advice').that.is.a('string')
    await mkdir(folder.path, { recursive: true })
    expect(await rejection(DirectJournal.open(folder.path))).to.include({ code: 'JOURNAL_IO' })
  })

  it('are not kept on a network file system', () => {
    if (process.platform === 'linux') {
      expect(() => requireLocalDisk('/mnt/share', () => 0x6969)).to.throw(/network file system \(NFS\)/)
    }
    expect(() => requireLocalDisk('/var/lib/keyward', () => 0xef53)).to.not.throw()
    expect(() => requireLocalDisk(folder.folder)).to.not.throw()
  })
})
