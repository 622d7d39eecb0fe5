import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { legacyStore } from '../kit/legacy-store.js'
import { errorOf } from './support/run.js'
import { STORE_PASSWORD, TempHome } from './support/temp-home.js'
import { legacyWallet, vectorWallet } from './support/vectors.js'

const ID = '00000000-0000-4000-8000-000000000001'
const NEW_PASSWORD = 'seven purple llamas jump 99'

describe('store upgrade', () => {
  const home = new TempHome()
  const path = home.file('wallet.dat')
  const env = { TATUM_KMS_PASSWORD: legacyWallet.password }
  const run = (...argv: string[]) => home.run([...argv, '--path', path], { env })
  before(() => writeFileSync(path, legacyWallet.bytes))
  after(() => home.remove())

  it('takes over the sample store of the reference tool, every wallet of it, and keeps the original', async () => {
    const { code, out, err } = await run('store', 'upgrade')
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    const report = JSON.parse(out) as { path: string; original: string; wallets: number; problems: unknown[] }
    expect(report).to.include({ path, wallets: Object.keys(legacyWallet.store).length })
    expect(readFileSync(report.original).equals(legacyWallet.bytes)).to.equal(true)
    expect(JSON.parse((await run('export')).out)).to.deep.equal(legacyWallet.store)
  })

  it('refuses a second time', async () => {
    expect((await run('store', 'upgrade')).code).to.equal(2)
  })

  it('store check then finds every wallet of it, and exit code 0 says that all are sound', async () => {
    const { code, out } = await run('store', 'check')
    const report = JSON.parse(out) as { problems: unknown[]; wallets: number }
    expect({ code, problems: report.problems }).to.deep.equal({ code: 0, problems: [] })
    expect(report.wallets).to.equal(Object.keys(legacyWallet.store).length)
  })
})

describe('store check', () => {
  const home = new TempHome()
  after(() => home.remove())

  it('ends with exit code 12 when a wallet is not what it claims, and lists it in the result', async () => {
    const { mnemonic } = vectorWallet('eth', true)
    const { xpub } = vectorWallet('btc', false)
    const path = home.file('wallet.dat')
    writeFileSync(path, legacyStore({ [ID]: { mnemonic, xpub, chain: 'ETH', testnet: true } }, 'short'))
    const result = await home.run(['store', 'check', '--path', path], { env: { TATUM_KMS_PASSWORD: 'short' } })
    expect(result.code).to.equal(12)
    const report = JSON.parse(result.out) as { problems: { signatureId: string }[] }
    expect(report.problems.map(({ signatureId }) => signatureId)).to.deep.equal([ID])
    expect(errorOf(result).code).to.equal('STORE_DAMAGED')
    expect(result.out + result.err).to.not.include(mnemonic)
  })

  it('ends with exit code 10 when there is no store', async () => {
    expect(await home.run(['store', 'check'])).to.include({ code: 10, out: '' })
  })
})

describe('store change-password', () => {
  const home = new TempHome()
  before(() => home.run(['generatemanagedwallet', 'ETH']))
  after(() => home.remove())

  it('asks twice for the new password at a terminal, also when the present one comes from a variable', async () => {
    const { code, err, host } = await home.run(['store', 'change-password'], {
      answers: [
        { question: /Enter a new password/, keys: `${NEW_PASSWORD}\r` },
        { question: /again/, keys: `${NEW_PASSWORD}\r` },
      ],
    })
    expect({ code, unused: host.unusedAnswers }).to.deep.equal({ code: 0, unused: 0 })
    expect(err).to.not.include(NEW_PASSWORD)
    expect((await home.run(['wallets', 'list'])).code).to.equal(11)
    expect((await home.run(['wallets', 'list'], { env: { TATUM_KMS_PASSWORD: NEW_PASSWORD } })).code).to.equal(0)
  })

  it('takes the new password from a reference without a terminal', async () => {
    const env = { TATUM_KMS_PASSWORD: NEW_PASSWORD, NEXT_PASSWORD: STORE_PASSWORD }
    const { code, out } = await home.run(['store', 'change-password', '--new-password', 'env:NEXT_PASSWORD'], { env })
    expect({ code, out }).to.deep.equal({ code: 0, out: '' })
    expect((await home.run(['wallets', 'list'])).code).to.equal(0)
  })

  it('refuses a password in the place of a reference, without repeating it', async () => {
    const result = await home.run(['store', 'change-password', '--new-password', NEW_PASSWORD])
    expect(result.code).to.equal(2)
    expect(result.err).to.not.include('llamas')
  })

  it('refuses a weak password, and the present one stays', async () => {
    const env = { ...home.env, NEXT_PASSWORD: 'short' }
    const { code } = await home.run(['store', 'change-password', '--new-password', 'env:NEXT_PASSWORD'], { env })
    expect(code).to.equal(18)
    expect((await home.run(['wallets', 'list'])).code).to.equal(0)
  })

  it('is a clear error when there is neither a terminal nor a reference', async () => {
    const result = await home.run(['store', 'change-password'])
    expect(result.code).to.equal(2)
    expect(errorOf(result).advice).to.include('--new-password')
  })
})
