import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { legacyStore } from '../kit/legacy-store.js'
import { errorOf, idOf, indented } from './support/run.js'
import { STORE_PASSWORD, TempHome } from './support/temp-home.js'
import { vectorWallet } from './support/vectors.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

const eth = vectorWallet('eth', true)
const btc = vectorWallet('btc', false)

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
