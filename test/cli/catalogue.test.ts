import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VgsPlace } from '../kit/vgs/vgs-place.js'
import { CREDENTIALS } from '../kit/vgs/fake-vgs.js'
import { cli } from './support/run.js'
import type { CliResult } from './support/run.js'

describe('the catalogue of a product that chooses the names', () => {
  let place: VgsPlace
  let home: string

  beforeEach(async () => {
    place = await VgsPlace.make()
    home = mkdtempSync(join(tmpdir(), 'keyward-catalogue-'))
    for (const name of ['first', 'second']) {
      const catalogue = { path: join(home, `${name}.jsonl`) }
      const { auth, baseUrl, environment, vaultId, tls } = place.config()
      const backend = { type: 'vgs', environment, vaultId, baseUrl, auth, tls, catalogue }
      writeFileSync(join(home, `${name}.yaml`), JSON.stringify({ backend }))
    }
  })

  afterEach(async () => {
    await place.dispose()
    rmSync(home, { recursive: true, force: true })
  })

  const run = (...argv: string[]): Promise<CliResult> => cli(argv, { env: { ...CREDENTIALS }, home })

  it('is printed, is part of the export, and brings the wallets back after it was lost', async function () {
    this.timeout(30_000)
    const made = await run('generatemanagedwallet', 'ETH', '--config', 'first.yaml')
    expect(made.code, made.err).to.equal(0)
    const { signatureId } = JSON.parse(made.out) as { signatureId: string }
    const printed = await run('backend', 'catalogue', '--config', 'first.yaml')
    const [entry] = JSON.parse(printed.out) as { signatureId: string; alias: string }[]
    expect(entry?.signatureId).to.equal(signatureId)
    const exported = JSON.parse((await run('export', '--config', 'first.yaml')).out) as object
    expect(exported).to.have.nested.property(`${signatureId}.alias`, entry?.alias)
    expect(printed.out).not.to.contain((exported as Record<string, { mnemonic: string }>)[signatureId]?.mnemonic)

    writeFileSync(join(home, 'catalogue.json'), printed.out)
    expect(JSON.parse((await run('wallets', 'list', '--config', 'second.yaml')).out || '[]')).to.deep.equal([])
    const restored = await run('backend', 'restore', 'catalogue.json', '--config', 'second.yaml')
    expect(restored.code, restored.err).to.equal(0)
    expect(JSON.parse(restored.out)).to.include({ restored: 1, known: 0 })
    const listed = JSON.parse((await run('wallets', 'list', '--config', 'second.yaml')).out) as object[]
    expect(listed).to.have.nested.property('[0].signatureId', signatureId)
  })

  it('is refused when it is no catalogue, and where there is none', async function () {
    this.timeout(30_000)
    writeFileSync(join(home, 'nonsense.json'), '{"a":')
    const nonsense = await run('backend', 'restore', 'nonsense.json', '--config', 'first.yaml')
    expect(nonsense.code).to.equal(7)
    const file = await cli(['backend', 'catalogue', '--path', 'none.dat'], { home, env: { TATUM_KMS_PASSWORD: 'x' } })
    expect(file.code).not.to.equal(0)
  })
})
