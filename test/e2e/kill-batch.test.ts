import { expect } from 'chai'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { command } from '../kit/command-line.js'
import { startProgram } from '../kit/program.js'
import type { Program } from '../kit/program.js'

/** The gate asks for 200; a run on a desk makes do with fewer. */
const KILLS = Number(process.env['KEYWARD_TEST_KILLS'] ?? 15)
const BATCH = ['generatemanagedprivatekeybatch', 'ETH', '400', '--testnet']

const idsIn = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.endsWith('}')).map((line) => (JSON.parse(line) as { signatureId: string }).signatureId)

async function firstLine(run: Program): Promise<void> {
  const ended = run.ended.then(() => true)
  while (run.lines.length === 0) if ((await Promise.race([ended, delay(5)])) === true) return
}

describe('a batch of new keys', () => {
  let home: string
  const passwordFile = (): string => join(home, 'password')
  const config = (): string => join(home, 'keyward.yaml')
  const env = (): Record<string, string> => ({ HOME: home, KEYWARD_CONFIG: config() })

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'keyward-batch-'))
    writeFileSync(passwordFile(), 'a long enough password 7', { mode: 0o600 })
    const yaml = `testnet: true\nbackend: { type: file, path: ${join(home, 'wallet.dat')}, password: 'file:${passwordFile()}' }\n`
    writeFileSync(config(), yaml, { mode: 0o600 })
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const stored = async (): Promise<Set<string>> => {
    const { exitCode, stdout, stderr } = await command(['export'], { home, env: { KEYWARD_CONFIG: config() } })
    expect(exitCode, stderr).to.equal(0)
    return new Set(Object.keys(JSON.parse(stdout) as object))
  }

  it(`killed at ${KILLS} random moments loses no printed key and leaves a store that every record of which is sound`, async function () {
    this.timeout(60_000 + KILLS * 5_000)
    const printed: string[] = []
    // Two at a time: they wait for each other's lock, and the death of one must not hold up the other.
    for (let kill = 0; kill < KILLS; kill += 2) {
      const runs = [startProgram(BATCH, env()), startProgram(BATCH, env())]
      await Promise.all(
        runs.map(async (run, number) => {
          // One dies while it starts or makes its first keys, the other one in the middle of its work.
          if (number === 1) await firstLine(run)
          await Promise.race([delay(randomInt(600)), run.ended])
          run.kill('SIGKILL')
          await run.ended
          printed.push(...idsIn(run.lines))
        }),
      )
    }
    const kept = await stored()
    expect(
      printed.filter((id) => !kept.has(id)),
      'printed and lost',
    ).to.deep.equal([])
    expect(printed.length, 'keys printed before the kills').to.be.greaterThan(KILLS)
    const check = await command(['store', 'check'], { home, env: { KEYWARD_CONFIG: config() } })
    expect(check.exitCode, check.stdout + check.stderr).to.equal(0)
  })

  it('made by two processes at the same time is complete', async function () {
    this.timeout(60_000)
    const runs = [startProgram(BATCH, env()), startProgram(BATCH, env())]
    for (const run of runs) expect(await run.ended, run.stderr()).to.equal(0)
    const printed = runs.flatMap((run) => idsIn(run.lines))
    expect(new Set(printed).size).to.equal(800)
    expect(await stored()).to.deep.equal(new Set(printed))
  })
})
