import { journalSuite } from '../../kit/journal-suite.js'
import { journalFolder } from '../../kit/sqlite-journal.js'

journalSuite('SqliteJournal', async () => {
  const folder = await journalFolder()
  return { open: (role) => folder.open({ role }), dispose: () => folder.remove() }
})
