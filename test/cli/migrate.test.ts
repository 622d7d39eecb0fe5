import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cli } from './support/run.js'
import type { CliResult } from './support/run.js'

describe('keyward migrate', () => {
  let home: string
  const env = { FROM_PASSWORD: 'the first long password 1', TO_PASSWORD: 'the second long password 2' }

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'keyward-migrate-'))
    for (const name of ['from', 'to'] as const) {
      const password = `env:${name.toUpperCase()}_PASSWORD`
      writeFileSync(
        join(home, `${name}.yaml`),
        `backend: { type: file, path: ./${name}.dat, password: '${password}' }\n`,
      )
    }
  })

  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const run = (...argv: string[]): Promise<CliResult> => cli(argv, { env, home })
  const json = ({ out }: CliResult): never => JSON.parse(out) as never

  it('moves wallets between the backends of two configurations, which stand for themselves', async function () {
    this.timeout(60_000)
    const made: { signatureId: string } = json(await run('generatemanagedwallet', 'ETH', '--config', 'from.yaml'))
    const dry = await run('migrate', '--from', 'from.yaml', '--to', 'to.yaml', '--dry-run')
    expect(json(dry)).to.have.nested.property('counts.wouldMove', 1)
    const moved = await cli(['migrate', '--from', 'from.yaml', '--to', 'to.yaml', '--remove-source', '--yes'], {
      // Would point both configurations to one file, if variables counted here.
      env: { ...env, KEYWARD_WALLET_FILE: join(home, 'from.dat') },
      home,
    })
    expect(moved.code, moved.err).to.equal(0)
    expect(json(moved)).to.have.property('counts').that.includes({ moved: 1, failed: 0, removedFromSource: 1 })
    const there: unknown = json(await run('wallets', 'list', '--config', 'to.yaml'))
    expect(there).to.have.nested.property('[0].signatureId', made.signatureId)
    expect(json(await run('wallets', 'list', '--config', 'from.yaml'))).to.deep.equal([])
    expect(moved.out).not.to.match(/mnemonic|privateKey/)
  })

  it('asks before it removes, and refuses two names for one place', async function () {
    this.timeout(60_000)
    await run('generatemanagedwallet', 'ETH', '--config', 'from.yaml')
    const unasked = await run('migrate', '--from', 'from.yaml', '--to', 'to.yaml', '--remove-source')
    expect(unasked.code).not.to.equal(0)
    const same = await run('migrate', '--from', 'from.yaml', '--to', 'from.yaml')
    expect(same.code).to.equal(2)
    expect(same.err).to.contain('same place')
    expect((await run('migrate', '--from', 'from.yaml')).err).to.contain('--to')
  })
})
