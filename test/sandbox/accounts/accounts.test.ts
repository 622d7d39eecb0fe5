import { expect } from 'chai'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import { childKey, keyNamed, pay, TEST_TPUB } from '../../kit/bitcoin-client.js'

const UNKNOWN = '0123456789abcdef01234567'

describe('accounts and deposit addresses of the sandbox', () => {
  let sandbox: Sandbox
  let client: ApiClient

  before(async () => {
    sandbox = await startSandbox({ chains: ['BTC'] })
    client = new ApiClient(sandbox.url)
  })
  after(() => sandbox.close())
  beforeEach(() => sandbox.reset())

  const open = (fields: object = { xpub: TEST_TPUB }) =>
    client.ok('POST', '/v3/ledger/account', { currency: 'BTC', ...fields })
  const deposit = (id: string, query = '') => client.ok('POST', `/v3/offchain/account/${id}/address${query}`)
  const balance = async (id: string) => (await client.ok('GET', `/v3/ledger/account/${id}/balance`)).accountBalance

  it('open an account and give it back as it was opened', async () => {
    const account = await open({
      xpub: TEST_TPUB,
      customer: { externalId: 'customer-1' },
      accountCode: 'AC-1',
      accountingCurrency: 'EUR',
    })
    expect(account.id).to.match(/^[0-9a-f]{24}$/)
    expect(account).to.deep.include({
      balance: { accountBalance: '0', availableBalance: '0' },
      currency: 'BTC',
      frozen: false,
      active: true,
      accountCode: 'AC-1',
      accountingCurrency: 'EUR',
      xpub: TEST_TPUB,
    })
    expect(await client.ok('GET', `/v3/ledger/account/${account.id}`)).to.deep.equal(account)
    const second = await open({ customer: { externalId: 'customer-1' } })
    expect(second.customerId).to.equal(account.customerId)
    expect(second).to.not.have.any.keys('xpub', 'accountCode')
  })

  it('hand out child 1, then 2, never child 0 unless asked, and never one twice', async () => {
    const { id } = await open()
    expect(await deposit(id)).to.deep.equal({
      address: childKey(1).address,
      currency: 'BTC',
      derivationKey: 1,
      xpub: TEST_TPUB,
    })
    expect((await deposit(id, '?index=7')).address).to.equal(childKey(7).address)
    expect((await deposit(id)).derivationKey).to.equal(8)
    expect((await deposit(id, '?index=0')).derivationKey).to.equal(0)
    expect(await client.refusal('POST', `/v3/offchain/account/${id}/address?index=7`)).to.deep.equal({
      status: 403,
      errorCode: 'address.index.used',
    })
    const all = await client.list('GET', `/v3/offchain/account/${id}/address`)
    expect(all.map(({ derivationKey }) => derivationKey)).to.deep.equal([1, 7, 8, 0])
    const other = await open()
    expect((await deposit(other.id)).derivationKey, 'another account under the same xpub').to.equal(9)
  })

  it('find the account of an address', async () => {
    const { id } = await open()
    const { address } = await deposit(id)
    expect((await client.ok('GET', `/v3/offchain/account/address/${address}/BTC`)).id).to.equal(id)
    const refusal = await client.refusal('GET', `/v3/offchain/account/address/${keyNamed('x').address}/BTC`)
    expect(refusal).to.deep.equal({ status: 403, errorCode: 'account.not.exists' })
  })

  it('assign an address of its own to an account without xpub', async () => {
    const { id } = await open({})
    const { address } = keyNamed('mine')
    const path = `/v3/offchain/account/${id}/address`
    expect((await client.refusal('POST', path)).errorCode).to.equal('account.xpub.missing')
    expect(await client.ok('POST', `${path}/${address}`)).to.deep.equal({ address, currency: 'BTC' })
    expect((await client.refusal('POST', `${path}/${address}`)).errorCode).to.equal('address.used')
    expect((await client.refusal('POST', `${path}/nowhere`)).status).to.equal(403)
    const derived = await open()
    const refusal = await client.refusal('POST', `/v3/offchain/account/${derived.id}/address/${address}`)
    expect(refusal.errorCode).to.equal('account.xpub.present')
  })

  it('credit confirmed deposits, but neither change nor payments between own addresses', async () => {
    const { id } = await open()
    const [one, two] = [await deposit(id), await deposit(id)]
    const txId = await sandbox.fund('BTC', one.address, '1')
    expect(await balance(id)).to.equal('1')
    const spend = { txId, index: 0, satoshis: 100_000_000n, key: childKey(1) }
    const txData = pay(
      [spend],
      [
        { address: keyNamed('payee').address, satoshis: 40_000_000n },
        { address: two.address, satoshis: 60_000_000n },
      ],
    )
    await client.ok('POST', '/v3/bitcoin/broadcast', { txData })
    expect(await balance(id), 'the ledger does not follow on-chain spending').to.equal('1')
    await sandbox.fund('BTC', two.address, '0.5')
    expect(await balance(id)).to.equal('1.5')
  })

  it('refuse unknown accounts, foreign xpubs and currencies that do not run here', async () => {
    const unknown = { status: 403, errorCode: 'account.not.exists' }
    expect(await client.refusal('GET', `/v3/ledger/account/${UNKNOWN}`)).to.deep.equal(unknown)
    expect(await client.refusal('POST', `/v3/offchain/account/${UNKNOWN}/address`)).to.deep.equal(unknown)
    const body = (fields: object) => client.refusal('POST', '/v3/ledger/account', fields)
    expect((await body({ currency: 'BTC', xpub: 'tpub-nonsense' })).errorCode).to.equal('account.xpub.incompatible')
    expect((await body({ currency: 'LTC' })).status).to.equal(501)
    expect((await body({ currency: 'ETH' })).status).to.equal(501)
    expect((await body({})).status).to.equal(400)
  })
})
