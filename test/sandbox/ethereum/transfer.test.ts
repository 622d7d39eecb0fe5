import { expect } from 'chai'
import { HDNodeWallet } from 'ethers'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'

const WALLET = '4fa279d4-a364-4344-bd1a-c2f0edb3f545'
const PATH = '/v3/offchain/ethereum/transfer'
const payee = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
const node = HDNodeWallet.fromPhrase('test test test test test test test test test test test junk', '', "m/44'/1'/0'/0")
const child = node.deriveChild(1)

describe('POST /v3/offchain/ethereum/transfer', () => {
  let sandbox: Sandbox
  let client: ApiClient
  let account: string

  before(async () => {
    sandbox = await startSandbox({ chains: ['ETH'] })
    client = new ApiClient(sandbox.url)
    const xpub = node.neuter().extendedKey
    account = (await client.ok('POST', '/v3/ledger/account', { currency: 'ETH', xpub })).id
    const { address } = await client.ok('POST', `/v3/offchain/account/${account}/address`)
    expect(address).to.equal(child.address.toLowerCase())
    await sandbox.fund('ETH', child.address, '3')
  })
  after(() => sandbox.close())

  const body = (fields: object = {}) => ({
    senderAccountId: account,
    address: payee,
    amount: '1',
    signatureId: WALLET,
    index: 1,
    gasLimit: '21000',
    gasPrice: '20',
    ...fields,
  })
  const balance = async () => (await client.ok('GET', `/v3/ledger/account/${account}/balance`)).accountBalance

  it('credits deposits', async () => {
    expect(await balance()).to.equal('3')
  })

  it('does not credit a payment that failed', async () => {
    // A factory that every such node has; it reverts when the code it is to deploy fails.
    const factory = '0x4e59b44847b379578588920cA78FbF26c0B4956C'
    const { id } = await client.ok('POST', '/v3/ledger/account', { currency: 'ETH' })
    await client.ok('POST', `/v3/offchain/account/${id}/address/${factory}`)
    const rich = HDNodeWallet.createRandom()
    await sandbox.fund('ETH', rich.address, '1')
    const gas = { gasLimit: 100_000n, gasPrice: 20n * 10n ** 9n, chainId: 11155111, type: 0 }
    const data = `0x${'00'.repeat(32)}fe`
    const txData = await rich.signTransaction({ to: factory, value: 10n ** 17n, data, nonce: 0, ...gas })
    const { txId } = await client.ok('POST', '/v3/ethereum/broadcast', { txData })
    expect(await client.ok('GET', `/v3/ethereum/transaction/${txId}`)).to.include({ status: false })
    expect((await client.ok('GET', `/v3/ledger/account/${id}/balance`)).accountBalance).to.equal('0')
  })

  it('debits amount and gas, and is completed by the off-chain broadcast', async () => {
    const { signatureId } = await client.ok('POST', PATH, body({ nonce: 0 }))
    expect(await balance()).to.equal('1.99958')
    const pending = await client.ok('GET', `/v3/kms/${signatureId}`)
    expect(pending).to.deep.include({ chain: 'ETH', hashes: [WALLET], index: 1 })
    expect(pending.withdrawalId).to.match(/^[0-9a-f]{24}$/)
    expect(pending).to.not.have.property('withdrawalResponses')
    const { to, value, gas, gasPrice, nonce } = JSON.parse(pending.serializedTransaction) as Record<
      'to' | 'value' | 'gas' | 'gasPrice',
      string
    > & { nonce: number }
    const txData = await child.signTransaction({
      to,
      value,
      gasLimit: gas,
      gasPrice,
      nonce,
      chainId: 11155111,
      type: 0,
    })
    const reply = await client.ok('POST', '/v3/offchain/withdrawal/broadcast', {
      currency: 'ETH',
      txData,
      withdrawalId: pending.withdrawalId,
      signatureId,
    })
    expect(reply.completed).to.equal(true)
    expect((await sandbox.state()).withdrawals[0]).to.include({ status: 'Done', txId: reply.txId, fee: '0.00042' })
    expect(await client.ok('GET', `/v3/ethereum/account/balance/${payee}`)).to.deep.equal({ balance: '1' })
    expect(await balance(), 'spending does not credit or debit twice').to.equal('1.99958')
  })

  it('refuses what the account cannot pay, and unknown withdrawals', async () => {
    const more = body({ amount: '1.9995' })
    expect((await client.refusal('POST', PATH, more)).errorCode).to.equal('balance.insufficient')
    const unknown = { currency: 'ETH', txData: '0x00', withdrawalId: '0123456789abcdef01234567' }
    expect((await client.refusal('POST', '/v3/offchain/withdrawal/broadcast', unknown)).errorCode).to.equal(
      'withdrawal.missing',
    )
    const foreign = { ...unknown, currency: 'LTC' }
    expect((await client.refusal('POST', '/v3/offchain/withdrawal/broadcast', foreign)).status).to.equal(501)
  })
})
