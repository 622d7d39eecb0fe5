import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FakeTatum } from '../kit/fake-tatum.js'
import { startProgram } from '../kit/program.js'
import type { Program } from '../kit/program.js'

describe('a reload while the daemon runs', () => {
  const PASSWORD = 'a long and good password, 2026'

  async function until(daemon: Program, words: string): Promise<string> {
    for (let tries = 0; tries < 400; tries += 1) {
      const line = daemon.lines.find((one) => one.includes(words))
      if (line !== undefined) return line
      await delay(25)
    }
    throw new Error(`the daemon never said ${words}: ${daemon.lines.join('\n')}${daemon.stderr()}`)
  }

  it('takes up wallets that another process made, by command and by SIGHUP, and the daemon goes on', async function () {
    this.timeout(60_000)
    const home = mkdtempSync(join(tmpdir(), 'keyward-reload-'))
    const api = await FakeTatum.start()
    const env = {
      HOME: home,
      TATUM_API_URL: api.url,
      TATUM_API_KEY: 'key',
      TATUM_KMS_PASSWORD: PASSWORD,
      KEYWARD_LOG_FORMAT: 'json',
    }
    const config = join(home, 'keyward.yaml')
    writeFileSync(config, `testnet: true\nbackend: { type: file, path: ${home}/wallet.dat }\n`)
    const run = async (...argv: string[]): Promise<string> => {
      const program = startProgram([...argv, '--config', config], env)
      expect(await program.ended, program.stderr()).to.equal(0)
      return program.lines.join('\n')
    }
    let daemon: Program | undefined
    try {
      await run('generatemanagedwallet', 'ETH', '--testnet')
      daemon = startProgram(['daemon', '--config', config, '--chain', 'ETH', '--period', '3600'], env)
      await until(daemon, 'daemon.started')
      await run('generatemanagedwallet', 'ETH', '--testnet')
      expect(JSON.parse(await run('backend', 'reload'))).to.deep.equal({ wallets: 2, added: 1, removed: 0 })
      await run('generatemanagedwallet', 'ETH', '--testnet')
      daemon.kill('SIGHUP')
      await until(daemon, '"wallets":3')
      daemon.kill('SIGTERM')
      expect(await daemon.ended).to.equal(0)
    } finally {
      daemon?.kill('SIGKILL')
      await api.close()
      rmSync(home, { recursive: true, force: true })
    }
  })
})
