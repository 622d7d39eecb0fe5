import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { legacyStore } from '../kit/legacy-store.js'
import { numberedId } from '../kit/sample-wallets.js'
import { errorOf } from './support/run.js'
import type { HostOptions } from './support/fake-terminal.js'
import { STORE_PASSWORD, TempHome } from './support/temp-home.js'
import { legacyWallet, vectorWallet } from './support/vectors.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

const eth = vectorWallet('eth', true)
const btc = vectorWallet('btc', false)

const idOf = (out: string): string => (JSON.parse(out) as { signatureId: string }).signatureId
const indented = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

describe('commands that need no store', () => {
  const home = new TempHome()
  after(() => home.remove())

  it('generatewallet prints the members of a wallet in the reference tool’s order, and stores nothing', async () => {
    for (const [chain, members] of [
      ['BTC', ['mnemonic', 'xpub']],
      ['ETH', ['xpub', 'mnemonic']],
    ] as const) {
      const { code, out, err } = await home.run(['generatewallet', chain])
      const wallet = JSON.parse(out) as Record<string, string>
      expect({ code, err, members: Object.keys(wallet) }).to.deep.equal({ code: 0, err: '', members })
      expect(out).to.equal(indented(wallet))
      expect(wallet['mnemonic']?.split(' ')).to.have.length(24)
    }
    expect(readdirSync(home.path)).to.deep.equal([])
  })

  it('generatewallet takes a chain in any case, and makes another wallet for the test network', async () => {
    const { out } = await home.run(['generatewallet', 'btc', '--testnet'])
    expect(JSON.parse(out)).to.have.property('xpub').that.matches(/^tpub/)
  })

  it('an unknown chain ends with exit code 40 and the nearest name', async () => {
    const result = await home.run(['generatewallet', 'ETJ'])
    expect(result.code).to.equal(40)
    expect(errorOf(result)).to.include({ code: 'CHAIN_UNKNOWN' })
    expect(errorOf(result).advice).to.match(/ETH/i)
    expect(result.out).to.equal('')
  })

  it('a command that reads wallets fails with exit code 10 when there is no store, and makes none', async () => {
    for (const argv of [
      ['export'],
      ['getmanagedwallet', UNKNOWN_ID],
      ['getaddress', UNKNOWN_ID, '0'],
      ['wallets', 'list'],
    ]) {
      const result = await home.run(argv)
      expect({ argv, code: result.code, out: result.out }).to.deep.equal({ argv, code: 10, out: '' })
      expect(errorOf(result)).to.include({ code: 'STORE_MISSING' })
    }
    expect(readdirSync(home.path)).to.deep.equal([])
  })

  it('a wrong mnemonic or key is refused before a store exists', async () => {
    const wrong: readonly (readonly [string[], string, number])[] = [
      [['storemanagedwallet', 'BTC'], 'abandon '.repeat(23) + 'abandon', 41],
      [['storemanagedwallet', 'ETH'], 'not a mnemonic', 41],
      [['storemanagedprivatekey', 'ETH'], 'garbage', 42],
      [['storemanagedprivatekey', 'BTC'], vectorWallet('btc', true).keys[0]?.privateKey ?? '', 42],
      [['storemanagedwallet', 'NOTACHAIN'], btc.mnemonic, 40],
    ]
    for (const [argv, stdin, code] of wrong) {
      const result = await home.run(argv, { stdin: `${stdin}\n` })
      expect({ argv, code: result.code, out: result.out }).to.deep.equal({ argv, code, out: '' })
      expect(result.err).to.not.include(stdin)
    }
    expect(readdirSync(home.path)).to.deep.equal([])
  })
})

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

describe('commands that change the store', () => {
  const home = new TempHome()
  const stored = async (id: string): Promise<unknown> => JSON.parse((await home.run(['getmanagedwallet', id])).out)
  after(() => home.remove())

  it('storemanagedwallet stores the mnemonic that was given and prints {signatureId, xpub}', async () => {
    const piped = await home.run(['storemanagedwallet', 'ETH', '--testnet'], { stdin: `  ${eth.mnemonic}  \r\n` })
    writeFileSync(home.file('words'), `${btc.mnemonic}\n`)
    const read = await home.run(['storemanagedwallet', 'BTC', '--mnemonicFile', home.file('words')])
    for (const [{ code, out, err }, wallet, chain] of [
      [piped, eth, 'ETH'],
      [read, btc, 'BTC'],
    ] as const) {
      expect({ code, err }).to.deep.equal({ code: 0, err: '' })
      expect(JSON.parse(out)).to.have.all.keys('signatureId', 'xpub').and.to.include({ xpub: wallet.xpub })
      expect(idOf(out)).to.match(UUID)
      const { mnemonic, xpub, testnet } = wallet
      expect(await stored(idOf(out))).to.include({ mnemonic, xpub, chain, testnet })
    }
  })

  it('storemanagedprivatekey prints {signatureId} alone, and the key comes back', async () => {
    const [, key] = eth.keys
    const { code, out } = await home.run(['storemanagedprivatekey', 'ETH'], { stdin: key?.privateKey ?? '' })
    expect(code).to.equal(0)
    expect(out).to.equal(indented({ signatureId: idOf(out) }))
    expect(await stored(idOf(out))).to.include({ privateKey: key?.privateKey, chain: 'ETH', testnet: false })
  })

  it('generatemanagedwallet prints {signatureId, xpub}, and the wallet is there', async () => {
    const { code, out } = await home.run(['generatemanagedwallet', 'ETH', '--testnet'])
    expect(code).to.equal(0)
    const printed = JSON.parse(out) as { signatureId: string; xpub: string }
    expect(Object.keys(printed)).to.deep.equal(['signatureId', 'xpub'])
    const wallet = (await stored(printed.signatureId)) as object
    expect(Object.keys(wallet)).to.deep.equal(['xpub', 'mnemonic', 'chain', 'testnet', 'createdAt'])
    expect(wallet).to.include({ chain: 'ETH', testnet: true, xpub: printed.xpub })
  })

  it('a configuration that says testnet makes wallets for the test network, which its daemon then signs for', async () => {
    const { out } = await home.run(['generatemanagedwallet', 'BTC'], { env: { ...home.env, KEYWARD_TESTNET: 'true' } })
    expect(JSON.parse(out)).to.have.property('xpub').that.matches(/^tpub/)
  })

  it('a wrong password ends with exit code 11 and changes nothing', async () => {
    const before = readFileSync(home.file('.keyward/wallet.dat'))
    const env = { TATUM_KMS_PASSWORD: 'another battery staple 43' }
    for (const argv of [
      ['generatemanagedwallet', 'ETH'],
      ['removewallet', UNKNOWN_ID],
    ]) {
      const result = await home.run(argv, { env })
      expect({ argv, code: result.code, out: result.out }).to.deep.equal({ argv, code: 11, out: '' })
    }
    expect(readFileSync(home.file('.keyward/wallet.dat')).equals(before)).to.equal(true)
  })

  it('a store of the reference tool is read-only until it is upgraded: nothing is written to it', async () => {
    writeFileSync(home.file('ref.dat'), legacyStore({}, STORE_PASSWORD))
    const result = await home.run(['generatemanagedwallet', 'ETH', '--path', home.file('ref.dat')])
    expect({ code: result.code, out: result.out }).to.deep.equal({ code: 15, out: '' })
    expect(errorOf(result).advice).to.include('store upgrade')
  })

  it('removewallet takes the wallet away, keeps a way back, and says which; a second time it is an error', async () => {
    const [id = ''] = Object.keys(JSON.parse((await home.run(['export'])).out) as object)
    const { code, out, err } = await home.run(['removewallet', id])
    expect({ code, out }).to.deep.equal({ code: 0, out: '' })
    expect(err)
      .to.include(`removed ${id}`)
      .and.match(/brought back from .*\.removed-/)
    expect((await home.run(['getmanagedwallet', id])).code).to.equal(24)
    expect((await home.run(['removewallet', UNKNOWN_ID])).code).to.equal(20)
  })

  it('removewallet --permanent needs --yes without a terminal, and leaves no copy', async () => {
    const [id = ''] = Object.keys(JSON.parse((await home.run(['export'])).out) as object)
    const refused = await home.run(['removewallet', id, '--permanent'])
    expect(refused.code).to.equal(6)
    expect((await home.run(['getaddress', id, '0'])).code).to.equal(0)
    expect((await home.run(['removewallet', id, '--permanent', '--yes'])).code).to.equal(0)
    expect((await home.run(['getaddress', id, '0'])).code).to.equal(20)
    expect(readdirSync(home.file('.keyward')).filter((name) => name.includes(id))).to.deep.equal([])
  })
})

describe('on a terminal', () => {
  const home = new TempHome()
  const env = {}
  let id: string
  after(() => home.remove())

  it('storemanagedwallet asks for the password (twice for a new store) and then for the mnemonic; stars are shown', async () => {
    const { code, out, err, host } = await home.run(['storemanagedwallet', 'ETH'], {
      env,
      answers: [
        { question: /Enter a password for the new wallet store:/, keys: `${STORE_PASSWORD}\r` },
        { question: /again:/, keys: `${STORE_PASSWORD}\r` },
        { question: /Enter mnemonic to store:/, keys: `\x1b[200~${eth.mnemonic}\x1b[201~\r` },
      ],
    })
    expect({ code, unused: host.unusedAnswers }).to.deep.equal({ code: 0, unused: 0 })
    expect(err).to.not.include(eth.mnemonic).and.not.include(STORE_PASSWORD)
    expect(err).to.include('*'.repeat(eth.mnemonic.length))
    id = idOf(out)
  })

  it('storemanagedprivatekey asks for the key first and then for the password', async () => {
    const { code, out, host } = await home.run(['storemanagedprivatekey', 'ETH'], {
      env,
      answers: [
        { question: /Enter private key to store:/, keys: `${eth.keys[0]?.privateKey ?? ''}\r` },
        { question: /Enter the password of the wallet store:/, keys: `${STORE_PASSWORD}\r` },
      ],
    })
    expect({ code, unused: host.unusedAnswers }).to.deep.equal({ code: 0, unused: 0 })
    expect(Object.keys(JSON.parse(out) as object)).to.deep.equal(['signatureId'])
  })

  it('two different new passwords are asked for again, and give up in the end without making a store', async () => {
    const empty = new TempHome()
    const answers = [1, 2, 3].flatMap((n) => [
      { question: /Enter a password/, keys: `${STORE_PASSWORD}\r` },
      { question: /again:/, keys: `slip ${n}\r` },
    ])
    const { code, out, host } = await empty.run(['generatemanagedwallet', 'ETH'], { env, answers })
    expect({ code, out, unused: host.unusedAnswers }).to.deep.equal({ code: 6, out: '', unused: 0 })
    expect(existsSync(empty.file('.keyward/wallet.dat'))).to.equal(false)
    empty.remove()
  })

  it('Ctrl-C at a prompt ends with exit code 130', async () => {
    const { code, out } = await home.run(['export'], { env, answers: [{ question: /password/, keys: 'abc\x03' }] })
    expect({ code, out }).to.deep.equal({ code: 130, out: '' })
  })

  const ref = { env: { TATUM_KMS_PASSWORD: 'short' }, id: numberedId(1) }
  before(() => {
    const entry = { mnemonic: btc.mnemonic, xpub: btc.xpub, chain: 'BTC', testnet: false }
    writeFileSync(home.file('ref.dat'), legacyStore({ [ref.id]: entry }, ref.env.TATUM_KMS_PASSWORD))
  })

  for (const argv of [
    ['generatewallet', 'ETH'],
    ['getmanagedwallet', ref.id],
    ['getprivatekey', ref.id, '0'],
    ['export'],
  ]) {
    it(`${argv[0] ?? ''} asks once more before a secret appears on the screen; --yes or a redirected output does not`, async () => {
      const run = (flags: string[], options: HostOptions) =>
        home.run([...argv, ...flags, '--path', home.file('ref.dat')], { env: ref.env, ...options })
      const question = /on your screen. Type "yes"/
      const no = await run([], { answers: [{ question, keys: 'no\r' }] })
      expect({ code: no.code, out: no.out }).to.deep.equal({ code: 6, out: '' })
      const yes = await run([], { answers: [{ question, keys: 'yes\r' }] })
      expect(yes.code).to.equal(0)
      expect(yes.out).to.match(/mnemonic|privateKey/)
      expect((await run(['--yes'], { answers: [] })).code).to.equal(0)
      expect((await run([], { answers: [], screen: false })).code).to.equal(0)
    })
  }

  it('removewallet shows what it would remove and asks; permanent removal is asked about twice', async () => {
    const withPassword = { TATUM_KMS_PASSWORD: STORE_PASSWORD }
    const first = { question: /Remove it from the store/, keys: 'yes\r' }
    const declined = await home.run(['removewallet', id], { env: withPassword, answers: [{ ...first, keys: 'y\r' }] })
    expect(declined.code).to.equal(6)
    expect(declined.err).to.include(`Wallet ${id}: ETH mainnet mnemonic`)
    const wrongId = { question: /signatureId again/, keys: 'yes\r' }
    const half = await home.run(['removewallet', id, '--permanent'], { env: withPassword, answers: [first, wrongId] })
    expect(half.code).to.equal(6)
    const again = { question: /signatureId again/, keys: `${id}\r` }
    const done = await home.run(['removewallet', id, '--permanent'], { env: withPassword, answers: [first, again] })
    expect(done.code).to.equal(0)
    expect((await home.run(['getaddress', id, '0'])).code).to.equal(20)
  })

  it('errors are words, not JSON', async () => {
    const env = { ...ref.env, NO_COLOR: '1' }
    const { code, err } = await home.run(['getaddress', UNKNOWN_ID, '0', '--path', home.file('ref.dat')], {
      env,
      answers: [],
    })
    expect(code).to.equal(20)
    expect(err).to.match(/^error: there is no wallet .* \[WALLET_NOT_FOUND\]$/m)
  })

  it('a flag of the reference tool without effect is noted, and an old script goes on working', async () => {
    const argv = ['export', '--testnet', '--period=3', '--path', home.file('ref.dat')]
    const noted = await home.run([...argv, '--yes'], { env: ref.env, answers: [] })
    expect(noted.code).to.equal(0)
    expect(noted.err).to.include('note: --testnet has no effect on export')
    const script = await home.run(argv, { env: ref.env })
    expect({ code: script.code, err: script.err }).to.deep.equal({ code: 0, err: '' })
  })
})
