import { existsSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { legacyStore } from '../kit/legacy-store.js'
import { numberedId } from '../kit/sample-wallets.js'
import type { HostOptions } from './support/fake-terminal.js'
import { idOf } from './support/run.js'
import { STORE_PASSWORD, TempHome } from './support/temp-home.js'
import { vectorWallet } from './support/vectors.js'

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

const eth = vectorWallet('eth', true)
const btc = vectorWallet('btc', false)

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

  it('a new password that is too weak is refused with the reason, and asked for again', async () => {
    const empty = new TempHome()
    const answers = [
      { question: /Enter a password for the new wallet store:/, keys: 'password1234\r' },
      { question: /Enter a password for the new wallet store:/, keys: `${STORE_PASSWORD}\r` },
      { question: /again:/, keys: `${STORE_PASSWORD}\r` },
    ]
    const { code, out, err, host } = await empty.run(['generatemanagedwallet', 'ETH'], { env, answers })
    expect({ code, unused: host.unusedAnswers }, err).to.deep.equal({ code: 0, unused: 0 })
    expect(err).to.match(/The new password of the wallet store is too weak: most of it is a common word/)
    expect(err).to.include('four or more random words').and.not.include('password1234')
    expect(idOf(out)).to.match(/^[0-9a-f-]{36}$/)
    empty.remove()
  })

  it('three weak passwords end with the reason and its exit code, without making a store', async () => {
    const empty = new TempHome()
    const answers = [1, 2, 3].map(() => ({ question: /Enter a password/, keys: 'short\r' }))
    const { code, out, host } = await empty.run(['generatemanagedwallet', 'ETH'], { env, answers })
    expect({ code, out, unused: host.unusedAnswers }).to.deep.equal({ code: 18, out: '', unused: 0 })
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
