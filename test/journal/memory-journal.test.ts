import { systemClock } from '../../src/core/clock.js'
import { journalSuite } from '../kit/journal-suite.js'
import { MemoryJournal } from '../kit/memory-journal.js'
import type { MemoryShelf } from '../kit/memory-journal.js'

journalSuite('MemoryJournal', async () => {
  const shelf: MemoryShelf = new Map()
  return {
    open: async (role) => new MemoryJournal(systemClock, shelf, role),
    dispose: async () => shelf.clear(),
  }
})
