import { writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { legacyStore } from '../kit/legacy-store.js'
import { numberedId } from '../kit/sample-wallets.js'
import { errorOf, indented } from './support/run.js'
import { TempHome } from './support/temp-home.js'
import { legacyWallet, vectorWallet } from './support/vectors.js'

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

const eth = vectorWallet('eth', true)
const btc = vectorWallet('btc', false)

describe('reading commands', () => {
  // A wallet file of the reference tool opens quickly, and every command that reads must work with one.
  const home = new TempHome()
  const [ethId, btcId, keyId] = [numberedId(1), numberedId(2), numberedId(3)]
  const [oddId, dogeId] = [numberedId(4), numberedId(5)]
  const entries = {
    [ethId]: { xpub: eth.xpub, mnemonic: eth.mnemonic, chain: 'ETH', testnet: true },
    [btcId]: { mnemonic: btc.mnemonic, xpub: btc.xpub, chain: 'BTC', testnet: false },
    [keyId]: { privateKey: eth.keys[1]?.privateKey, chain: 'ETH', testnet: false },
    [oddId]: {
      xpub: vectorWallet('eth', false).xpub,
      mnemonic: eth.mnemonic,
      chain: 'ETH',
      testnet: true,
      note: 'odd',
    },
    [dogeId]: { address: 'x', privateKey: 'kept for later', chain: 'NOTYET', testnet: true },
  }
  const env = { TATUM_KMS_PASSWORD: 'short' }
  const run = (...argv: string[]) => home.run([...argv, '--path', home.file('ref.dat')], { env })

  before(() => writeFileSync(home.file('ref.dat'), legacyStore(entries, env.TATUM_KMS_PASSWORD)))
  after(() => home.remove())

  it('getmanagedwallet prints an entry of the reference tool as that tool does, unknown members included', async () => {
    for (const [id, entry] of Object.entries(entries)) {
      const { code, out, err } = await run('getmanagedwallet', id)
      expect({ id, code, err, out }).to.deep.equal({ id, code: 0, err: '', out: indented(entry) })
    }
  })

  it('export prints one object, signatureId to wallet, as 2-space JSON', async () => {
    const { code, out, err } = await run('export')
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    expect(JSON.parse(out)).to.deep.equal(entries)
    expect(out).to.equal(indented(JSON.parse(out)))
  })

  it('export gives back the whole sample store of the reference tool', async () => {
    writeFileSync(home.file('sample.dat'), legacyWallet.bytes)
    const password = { TATUM_KMS_PASSWORD: legacyWallet.password }
    const { code, out } = await home.run(['export', '--path', home.file('sample.dat')], { env: password })
    expect(code).to.equal(0)
    expect(JSON.parse(out)).to.deep.equal(legacyWallet.store)
  })

  it('getaddress and getprivatekey give what the reference tool gives, for every index of the vectors', async () => {
    for (const [id, { keys }] of [
      [ethId, eth],
      [btcId, btc],
    ] as const) {
      for (const { index, address, privateKey } of keys) {
        expect((await run('getaddress', id, String(index))).out).to.equal(indented({ address }))
        expect((await run('getprivatekey', id, String(index))).out).to.equal(indented({ privateKey }))
      }
    }
  })

  it('a private-key wallet gives its own key and the address of that key, with or without an index', async () => {
    const [, key] = eth.keys
    for (const index of [[], ['0'], ['7']]) {
      expect((await run('getprivatekey', keyId, ...index)).out).to.equal(indented({ privateKey: key?.privateKey }))
      expect((await run('getaddress', keyId, ...index)).out).to.equal(indented({ address: key?.address }))
    }
  })

  it('getaddress believes the secret, not an xpub beside it that belongs to another wallet', async () => {
    expect((await run('getaddress', oddId, '0')).out).to.equal(indented({ address: eth.keys[0]?.address }))
  })

  it('an index that is not a plain whole number up to 2147483647 is refused: nothing is cut off or taken for 0', async () => {
    for (const index of ['1.5', '-1', '2147483648', 'x', '0x1', '1e3', '', ' ', '01']) {
      const result = await run('getprivatekey', ethId, index)
      expect({ index, code: result.code, out: result.out }).to.deep.equal({ index, code: 43, out: '' })
    }
    for (const command of ['getaddress', 'getprivatekey']) {
      const missing = await run(command, ethId)
      expect({ code: missing.code, out: missing.out }).to.deep.equal({ code: 43, out: '' })
      expect(errorOf(missing).code).to.equal('INDEX_INVALID')
    }
  })

  it('an unknown id is an error with exit code 20, and nothing on standard output', async () => {
    for (const argv of [
      ['getmanagedwallet', UNKNOWN_ID],
      ['getprivatekey', UNKNOWN_ID, '0'],
      ['getaddress', UNKNOWN_ID, '0'],
    ]) {
      const result = await run(...argv)
      expect({ argv, code: result.code, out: result.out }).to.deep.equal({ argv, code: 20, out: '' })
      expect(errorOf(result)).to.have.property('error').that.includes(UNKNOWN_ID)
    }
  })

  it('a wallet of a chain that this version does not have is shown, and is an error where keys are wanted', async () => {
    const result = await run('getaddress', dogeId, '0')
    expect({ code: result.code, out: result.out }).to.deep.equal({ code: 40, out: '' })
  })

  it('what is no signatureId is a usage error', async () => {
    expect((await run('getmanagedwallet', 'abc')).code).to.equal(2)
  })

  it('wallets list prints descriptors, filtered by chain and network, and no secret', async () => {
    const list = async (...flags: string[]): Promise<Record<string, unknown>[]> => {
      const { code, out } = await run('wallets', 'list', ...flags)
      expect(code).to.equal(0)
      const secrets = [eth.mnemonic, btc.mnemonic, eth.keys[1]?.privateKey, 'kept for later']
      for (const secret of secrets) expect(out).to.not.include(secret)
      const wallets = JSON.parse(out) as Record<string, unknown>[]
      expect(out).to.equal(indented(wallets))
      return wallets
    }
    expect((await list()).map(({ signatureId }) => signatureId)).to.have.members(Object.keys(entries))
    expect((await list('--chain', 'eth')).map(({ signatureId }) => signatureId)).to.have.members([ethId, keyId, oddId])
    expect(await list('--network=testnet', '--chain=ETH')).to.have.length(2)
    expect(await list('--chain=BTC', '--network=testnet')).to.deep.equal([])
    expect(await list('--chain=BTC')).to.deep.equal([
      { signatureId: btcId, chain: 'BTC', testnet: false, kind: 'mnemonic', xpub: btc.xpub },
    ])
    expect((await run('wallets', 'list', '--network', 'moon')).code).to.equal(2)
  })

  it('report describes wallets without their secrets; what is missing or does not fit becomes a warning', async () => {
    const ids = [ethId, keyId, oddId, dogeId, UNKNOWN_ID, 'nonsense'].join(' , ')
    const { code, out } = await run('report', ids)
    expect(code).to.equal(0)
    const report = JSON.parse(out) as { wallets: Record<string, { warnings?: string[] }>; warnings: string[] }
    expect(Object.keys(report)).to.deep.equal(['system', 'wallets', 'apiKey', 'warnings'])
    expect(report).to.have.nested.property('system.store').that.deep.equals({ type: 'file', exists: true })
    expect(report).to.have.nested.property('system.nodeVersion', process.version)
    expect(report).to.have.property('apiKey', 'N/A')
    const { [oddId]: odd, [dogeId]: doge, ...sound } = report.wallets
    expect(sound).to.deep.equal({
      [ethId]: { type: 'MNEMONIC', chain: 'ETH', testnet: true },
      [keyId]: { type: 'PRIVATE_KEY', chain: 'ETH', testnet: false },
    })
    expect(odd?.warnings).to.have.length(1)
    expect(doge?.warnings?.join()).to.include('does not know the chain NOTYET')
    expect(report.warnings).to.have.length(2)
    expect(report.warnings.join()).to.include(UNKNOWN_ID).and.include('nonsense')
    for (const secret of [eth.mnemonic, eth.keys[1]?.privateKey]) expect(out).to.not.include(secret)
  })

  it('report works without a store: it says that there is none', async () => {
    const { code, out } = await home.run(['report', ethId], { env })
    expect(code).to.equal(0)
    expect(JSON.parse(out)).to.deep.include({ wallets: {} })
    expect(JSON.parse(out)).to.have.nested.property('system.store.exists', false)
  })

  it('a wrong password ends with exit code 11, and a missing one is a clear error at once', async () => {
    for (const argv of [['export'], ['getmanagedwallet', ethId], ['report', ethId], ['wallets', 'list']]) {
      const path = ['--path', home.file('ref.dat')]
      const wrong = await home.run([...argv, ...path], { env: { TATUM_KMS_PASSWORD: 'another' } })
      expect({ argv, code: wrong.code, out: wrong.out }).to.deep.equal({ argv, code: 11, out: '' })
      expect(errorOf(wrong).code).to.equal('STORE_WRONG_PASSWORD')
      const missing = await home.run([...argv, ...path], { env: {} })
      expect({ argv, code: missing.code, out: missing.out }).to.deep.equal({ argv, code: 4, out: '' })
      expect(errorOf(missing).advice).to.include('TATUM_KMS_PASSWORD')
    }
  })
})
