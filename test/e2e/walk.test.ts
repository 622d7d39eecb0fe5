import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../../src/sandbox/index.js'
import type { Sandbox } from '../../src/sandbox/index.js'
import { command } from '../kit/command-line.js'

/**
 * The walk that users of the reference tool know, word for word, against the sandbox: its commands, its API calls, its numbers. Only the address of the API
 * is another one.
 */
describe('the walk that users know', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'keyward-walk-'))
    sandbox = await startSandbox({ chains: ['BTC'] })
  })
  after(async () => {
    await sandbox.close()
    rmSync(home, { recursive: true, force: true })
  })

  const kms = async (argv: readonly string[], input = ''): Promise<Record<string, string>> => {
    const env = { TATUM_API_URL: sandbox.url, TATUM_API_KEY: 'key', TATUM_KMS_PASSWORD: 'correct horse battery' }
    const { exitCode, stdout, stderr } = await command([...argv, '--path', join(home, 'wallet.dat')], {
      home,
      env,
      input,
    })
    expect(exitCode, stderr).to.equal(0)
    return (argv[0] === 'daemon' ? {} : JSON.parse(stdout)) as Record<string, string>
  }
  const api = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const json = body && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-api-key': 'key' },
    }
    const response = await fetch(sandbox.url + path, { method, ...json })
    const text = await response.text()
    expect(response.ok, text).to.equal(true)
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  }

  it('signs a bitcoin transaction from a deposit address of a managed wallet, and from a single stored key', async () => {
    const wallet = await kms(['generatemanagedwallet', 'BTC', '--testnet'])
    const account = await api('POST', '/v3/ledger/account', { currency: 'BTC', xpub: wallet['xpub'] })
    const deposit = await api('POST', `/v3/offchain/account/${String(account['id'])}/address`)
    const index = Number(deposit['derivationKey'])
    const derived = await api('GET', `/v3/bitcoin/address/${String(wallet['xpub'])}/${index}`)
    expect(derived['address']).to.equal(deposit['address'])
    expect((await kms(['getaddress', wallet['signatureId'] ?? '', String(index)]))['address']).to.equal(
      deposit['address'],
    )
    await sandbox.fund('BTC', String(deposit['address']), '0.001')

    const { privateKey } = await kms(['getprivatekey', wallet['signatureId'] ?? '', String(index)])
    const single = await kms(['storemanagedprivatekey', 'BTC', '--testnet'], `${privateKey ?? ''}\n`)
    expect((await kms(['getprivatekey', single['signatureId'] ?? '', '0']))['privateKey']).to.equal(privateKey)

    const receiver = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'
    for (const source of [{ signatureId: wallet['signatureId'], index }, { signatureId: single['signatureId'] }]) {
      const asked = await api('POST', '/v3/bitcoin/transaction', {
        fromAddress: [{ address: deposit['address'], ...source }],
        to: [{ address: receiver, value: 0.000006 }],
        fee: '0.000002',
        changeAddress: deposit['address'],
      })
      expect(asked).to.have.keys(['signatureId'])
      await kms(['daemon', '--chain=BTC', '--testnet', '--runOnce'])
      const pending = await api('GET', `/v3/kms/${String(asked['signatureId'])}`)
      const mined = await api('GET', `/v3/bitcoin/transaction/${String(pending['txId'])}`)
      expect(mined['outputs']).to.deep.include.members([
        { value: 600, script: '0014751e76e8199196d454941c45d1b3a323f1433bd6', address: receiver },
      ])
    }
    const left = await api('POST', '/v3/kms/pending/BTC', {
      signatureIds: [wallet['signatureId'], single['signatureId']],
    })
    expect(left).to.deep.equal([])
    const balance = await api('GET', `/v3/bitcoin/address/balance/${receiver}`)
    expect(balance['incoming']).to.equal('0.000012')
  })

  it('goes on with a wallet file of the reference tool', async () => {
    const file = join(home, 'old.dat')
    const { legacyStore } = await import('../kit/legacy-store.js')
    writeFileSync(file, legacyStore({}, 'correct horse battery'), { mode: 0o600 })
    const env = { TATUM_KMS_PASSWORD: 'correct horse battery' }
    const refused = await command(['generatemanagedwallet', 'BTC', '--testnet', '--path', file], { home, env })
    expect(refused.exitCode).to.equal(15)
    expect(refused.stderr).to.include('keyward store upgrade')
    const upgraded = await command(['store', 'upgrade', '--path', file], { home, env })
    expect(upgraded.exitCode, upgraded.stderr).to.equal(0)
    const made = await command(['generatemanagedwallet', 'BTC', '--testnet', '--path', file], { home, env })
    expect(made.exitCode, made.stderr).to.equal(0)
  })
})
