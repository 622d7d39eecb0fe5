import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/core/clock.js'
import { SqliteJournal } from '../src/journal/sqlite/sqlite-journal.js'
import { PATHS, newClaim, planOf, stepTo } from '../test/kit/journal-fixtures.js'
import { faultyWorker } from '../test/kit/sqlite-journal.js'
import type { Measurement } from './measurement.js'

const IN_FLIGHT = [1, 16, 256]
const COMMIT_DELAYS_MS = [0, 5]

/**
 * Steps per second of the journal alone, by the number of transactions in flight, on the disk as it is and with 5 ms more for each commit, as on a disk that is
 * slow to sync. Each step is durable before its transaction takes the next one.
 */
export async function* measureJournal(seconds: number): AsyncIterable<Measurement> {
  for (const delayMs of COMMIT_DELAYS_MS)
    for (const inFlight of IN_FLIGHT) yield await measure(inFlight, delayMs, seconds)
}

async function measure(inFlight: number, commitDelayMs: number, seconds: number): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-bench-'))
  const worker = commitDelayMs === 0 ? {} : { worker: faultyWorker('slow', { ms: commitDelayMs }) }
  const journal = new SqliteJournal({ path: join(folder, 'journal.db'), role: 'daemon', clock: systemClock, ...worker })
  await journal.open()
  await walk(journal)
  const before = journal.stats
  const startedAt = performance.now()
  const until = startedAt + seconds * 1_000
  const lane = async (): Promise<void> => {
    while (performance.now() < until) await walk(journal)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const elapsed = (performance.now() - startedAt) / 1_000
  const steps = journal.stats.calls - before.calls
  const commits = journal.stats.commits - before.commits
  await journal.close()
  await rm(folder, { recursive: true })
  return {
    bench: 'journal',
    inFlight,
    commitDelayMs,
    stepsPerSecond: Math.round(steps / elapsed),
    commitsPerSecond: Math.round(commits / elapsed),
    stepsPerCommit: Math.round((steps / commits) * 10) / 10,
  }
}

/** The six durable steps of a transaction that nothing goes wrong with. */
async function walk(journal: SqliteJournal): Promise<void> {
  const claim = newClaim()
  const plan = planOf(claim, {
    account: { address: '0xsender', sequence: '7' },
    body: { data: `0x${'ab'.repeat(68)}` },
  })
  await journal.claim([claim])
  for (const state of PATHS.completed) await journal.record(claim.pendingId, stepTo(state, claim, plan))
}
