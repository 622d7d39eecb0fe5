import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/core/clock.js'
import { SqliteJournal } from '../src/journal/sqlite/sqlite-journal.js'
import { PATHS, newClaim, planOf, stepTo } from '../test/kit/journal-fixtures.js'
import { faultyWorker } from '../test/kit/sqlite-journal.js'

/**
 * Steps per second of the journal, by the number of transactions in flight, on the disk as it is and with 5 ms more for each commit, as on a disk that is slow
 * to sync. Each step is durable before its transaction takes the next one.
 *
 *     node --import tsx bench/journal.ts [--folder <on the disk to measure>] [--seconds 3]
 */
const { values } = parseArgs({ options: { folder: { type: 'string' }, seconds: { type: 'string', default: '3' } } })
const IN_FLIGHT = [1, 16, 256]
const DELAYS_MS = [0, 5]

interface Result {
  readonly inFlight: number
  readonly commitDelayMs: number
  readonly stepsPerSecond: number
  readonly commitsPerSecond: number
  readonly stepsPerCommit: number
}

async function measure(inFlight: number, commitDelayMs: number): Promise<Result> {
  const folder = await mkdtemp(join(values.folder ?? tmpdir(), 'keyward-bench-'))
  const worker = commitDelayMs === 0 ? {} : { worker: faultyWorker('slow', { ms: commitDelayMs }) }
  const journal = new SqliteJournal({ path: join(folder, 'journal.db'), role: 'daemon', clock: systemClock, ...worker })
  await journal.open()
  await walk(journal)
  const before = journal.stats
  const startedAt = performance.now()
  const until = startedAt + Number(values.seconds) * 1_000
  const lane = async (): Promise<void> => {
    while (performance.now() < until) await walk(journal)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const seconds = (performance.now() - startedAt) / 1_000
  const steps = journal.stats.calls - before.calls
  const commits = journal.stats.commits - before.commits
  await journal.close()
  await rm(folder, { recursive: true })
  return {
    inFlight,
    commitDelayMs,
    stepsPerSecond: Math.round(steps / seconds),
    commitsPerSecond: Math.round(commits / seconds),
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

const results: Result[] = []
for (const delay of DELAYS_MS) for (const inFlight of IN_FLIGHT) results.push(await measure(inFlight, delay))
console.log(JSON.stringify({ benchmark: 'journal', node: process.version, results }, undefined, 2))
