import { expect } from 'chai'
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FakeTatum } from '../kit/fake-tatum.js'
import type { FaultKind } from '../kit/fake-faults.js'
import { legacyStore } from '../kit/legacy-store.js'
import { startProgram } from '../kit/program.js'

/** The gate asks for 200; a run on a desk makes do with fewer. */
const KILLS = Number(process.env['KEYWARD_TEST_KILLS'] ?? 25)
const WALLETS = 6
const PER_LIFE = 12

/** What makes the moment of death interesting: the API has taken the bytes and does not say so. */
const FAULTS: readonly (FaultKind | undefined)[] = [
  undefined,
  undefined,
  'accept-then-reset',
  'accept-then-hang',
  'accept-then-500',
  'reset',
]

describe('a daemon that is killed', () => {
  it(`at ${KILLS} random moments never signs a request a second time, and the next one finishes everything`, async function () {
    this.timeout(30_000 + KILLS * 4_000)
    const home = mkdtempSync(join(tmpdir(), 'keyward-kills-'))
    const api = await FakeTatum.start({ removal: 'reply' })
    try {
      const wallets = Array.from({ length: WALLETS }, () => randomUUID())
      const entries = wallets.map((id) => [
        id,
        { privateKey: `0x${randomBytes(32).toString('hex')}`, chain: 'ETH', testnet: true },
      ])
      const path = join(home, 'wallet.dat')
      writeFileSync(path, legacyStore(Object.fromEntries(entries) as object, 'password'), { mode: 0o600 })
      const env = {
        HOME: home,
        TATUM_API_URL: api.url,
        TATUM_API_KEY: 'key',
        TATUM_KMS_PASSWORD: 'password',
        TATUM_RETRIES: '1',
      }
      const argv = ['daemon', '--testnet', '--chain=ETH', '--period=0.1', '--path', path]
      const asked: string[] = []
      const ask = (): void => {
        const id = randomBytes(12).toString('hex')
        const wallet = wallets[asked.length % WALLETS] ?? ''
        asked.push(id)
        const transaction = {
          from: 0,
          to: '0x000000000000000000000000000000000000dead',
          value: String(1_000 + asked.length),
          gasPrice: '1000000000',
        }
        api.add({ id, chain: 'ETH', hashes: [wallet], serializedTransaction: JSON.stringify(transaction) })
      }

      for (let life = 0; life < KILLS; life += 1) {
        for (let more = 0; more < PER_LIFE; more += 1) ask()
        const fault = FAULTS[life % FAULTS.length]
        if (fault !== undefined) api.fail('broadcast', { kind: fault, times: 3 })
        const daemon = startProgram(argv, env)
        await untilFirstPoll(api, daemon.ended)
        await delay(randomInt(120))
        daemon.kill('SIGKILL')
        await daemon.ended
        api.heal()
      }
      const last = startProgram([...argv, '--log-level', 'warn'], env)
      const deadline = Date.now() + 60_000
      while (api.open.length > 0 && Date.now() < deadline) await delay(50)
      last.kill('SIGTERM')
      expect(await last.ended, last.stderr()).to.equal(0)

      expect(api.signedTwice, 'requests with two different transactions').to.deep.equal([])
      expect(api.open, 'requests left over').to.deep.equal([])
      expect(
        asked.every((id) => new Set(api.broadcasts(id)).size === 1),
        'each request paid once',
      ).to.equal(true)
    } finally {
      await api.close()
      rmSync(home, { recursive: true, force: true })
    }
  })
})

async function untilFirstPoll(api: FakeTatum, ended: Promise<unknown>): Promise<void> {
  const before = api.calls('pending').length
  const died = ended.then(() => 'died')
  while (api.calls('pending').length === before) {
    if ((await Promise.race([died, delay(5)])) === 'died') return
  }
}
