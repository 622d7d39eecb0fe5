import { writeSync } from 'node:fs'
import { systemClock } from '../../src/core/clock.js'
import { KeywardError } from '../../src/core/errors.js'
import { SqliteJournal } from '../../src/journal/sqlite/sqlite-journal.js'
import { PATHS, newClaim, stepTo } from './journal-fixtures.js'

/**
 * A process that is made to be killed.
 *
 *     journal-child.ts hold <path>         opens the journal and waits
 *     journal-child.ts record <path> ...   records transactions in all the journals at once, without end
 *
 * Each line of its output is a fact that the journal has acknowledged: `open`, or `<position of the path> <pending id> <state>`; or the code of the error it
 * ended with. Lines are written with one blocking call, so that no acknowledgement waits in a buffer.
 */
const say = (line: string): unknown => writeSync(1, `${line}\n`)

async function record(journal: SqliteJournal, position: number): Promise<never> {
  for (;;) {
    const claim = newClaim()
    await journal.claim([claim])
    say(`${position} ${claim.pendingId} claimed`)
    for (const state of PATHS.completed) {
      await journal.record(claim.pendingId, stepTo(state, claim))
      say(`${position} ${claim.pendingId} ${state}`)
    }
  }
}

const [mode, ...paths] = process.argv.slice(2)
try {
  const journals = paths.map((path) => new SqliteJournal({ path, role: 'daemon', clock: systemClock }))
  await Promise.all(journals.map((journal) => journal.open()))
  say('open')
  if (mode === 'hold') setInterval(() => undefined, 1_000)
  else {
    // Several at a time, so that kills hit commits that are shared.
    const recorders = journals.flatMap((journal, position) =>
      Array.from({ length: 8 }, () => record(journal, position)),
    )
    await Promise.all(recorders)
  }
} catch (thrown) {
  say(thrown instanceof KeywardError ? thrown.code : String(thrown))
  process.exitCode = 1
}
