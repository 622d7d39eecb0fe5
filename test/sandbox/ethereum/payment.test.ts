import { expect } from 'chai'
import { Transaction, Wallet } from 'ethers'
import vectors from '../../vectors/eth.json' with { type: 'json' }
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { hexData, web3Json } from '../../../src/sandbox/ethereum/web3-json.js'
import { ApiClient } from '../../kit/api-client.js'

const WALLET = '4fa279d4-a364-4344-bd1a-c2f0edb3f545'
const PATH = '/v3/ethereum/transaction'
const payee = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
const sender = new Wallet(`0x${'46'.repeat(32)}`)
const GWEI = 10n ** 9n

interface Web3 {
  readonly to: string
  readonly value: string
  readonly data?: string
  readonly gasPrice: string
}

const parse = (text: string): Web3 => JSON.parse(text) as Web3

describe('the serialized transaction of ETH', () => {
  const { shapes } = vectors.producerShapes
  const base = { to: payee, value: 10n ** 18n, gasPrice: 20n * GWEI }

  it('is written as the reference producer writes it, character by character', () => {
    expect(web3Json(base)).to.equal(shapes['native minimal'])
    expect(web3Json({ ...base, data: hexData('hello')! })).to.equal(shapes['native with data'])
    expect(web3Json({ ...base, value: 15n * 10n ** 17n, nonce: 3, gas: 40_000n })).to.equal(
      shapes['native with fee and nonce'],
    )
  })

  it('takes 0x-hexadecimal data as it is and everything else as text', () => {
    expect(hexData('0xA9059cbb')).to.equal('0xA9059cbb')
    expect(hexData('0xabc')).to.equal('0x3078616263')
    expect(hexData('é')).to.equal('0xc3a9')
    expect(hexData('')).to.equal(undefined)
  })
})

describe('Ethereum in the sandbox', () => {
  let sandbox: Sandbox
  let client: ApiClient

  before(async () => {
    sandbox = await startSandbox({ chains: ['ETH'] })
    client = new ApiClient(sandbox.url)
    await sandbox.fund('ETH', sender.address, '10')
  })
  after(() => sandbox.close())

  const body = (fields: object = {}) => ({ to: payee, amount: '0.5', currency: 'ETH', signatureId: WALLET, ...fields })
  const request = async (fields?: object) => {
    const { signatureId } = await client.ok('POST', PATH, body(fields))
    expect(signatureId).to.match(/^[0-9a-f]{24}$/)
    return client.ok('GET', `/v3/kms/${signatureId}`)
  }
  const nonce = async () => Number(await client.ok('GET', `/v3/ethereum/transaction/count/${sender.address}`))
  const sign = async (serializedTransaction: string, fields: object = {}) => {
    const { to, value, data = '0x', gasPrice } = parse(serializedTransaction)
    return sender.signTransaction(
      Transaction.from({
        to,
        value,
        data,
        gasPrice,
        gasLimit: 50_000n,
        nonce: await nonce(),
        chainId: 11155111,
        type: 0,
        ...fields,
      }),
    )
  }
  const broadcast = (txData: string, signatureId?: string) =>
    client.call('POST', '/v3/ethereum/broadcast', { txData, ...(signatureId === undefined ? {} : { signatureId }) })
  const balance = async (address: string) => (await client.ok('GET', `/v3/ethereum/account/balance/${address}`)).balance

  it('builds the shortest request with nothing but a gas price from the node', async () => {
    const pending = await request()
    expect(Object.keys(pending)).to.deep.equal(['id', 'chain', 'hashes', 'serializedTransaction'])
    expect(pending).to.deep.include({ chain: 'ETH', hashes: [WALLET] })
    const transaction = parse(pending.serializedTransaction)
    expect(Object.keys(transaction)).to.deep.equal(['from', 'to', 'value', 'gasPrice'])
    expect(transaction).to.include({ from: 0, to: payee, value: '500000000000000000' })
    expect(transaction.gasPrice).to.match(/^[1-9]\d+$/)
  })

  it('builds the fullest request with everything that was asked for; the gas price is in gwei', async () => {
    const fee = { gasLimit: '40000', gasPrice: '20' }
    const pending = await request({ index: 0, nonce: 0, data: '0x1234', fee })
    expect(pending.index).to.equal(0)
    expect(pending.serializedTransaction).to.equal(
      `{"from":0,"to":"${payee}","value":"500000000000000000","data":"0x1234","nonce":0,"gasPrice":"20000000000","gas":"40000"}`,
    )
  })

  it('takes the signed transaction, mines it and completes the pending one', async () => {
    const pending = await request({ index: 3 })
    expect(await client.ok('POST', '/v3/kms/pending/ETH', { signatureIds: [WALLET] })).to.deep.include(pending)
    const before = Number(await balance(payee))
    const reply = await broadcast(await sign(pending.serializedTransaction), pending.id)
    expect(reply.status).to.equal(200)
    const { txId } = reply.body
    expect(Number(await balance(payee))).to.equal(before + 0.5)
    expect((await client.ok('GET', `/v3/kms/${pending.id}`)).txId).to.equal(txId)
    const listed = await client.list('POST', '/v3/kms/pending/ETH', { signatureIds: [WALLET] })
    expect(listed.map(({ id }) => id)).to.not.include(pending.id)
  })

  it('shows the mined transaction as one with its receipt', async () => {
    const pending = await request()
    const raw = await sign(pending.serializedTransaction)
    const { txId } = (await broadcast(raw)).body
    const transaction = await client.ok('GET', `/v3/ethereum/transaction/${txId}`)
    expect(transaction).to.include({
      transactionHash: txId,
      status: true,
      from: sender.address.toLowerCase(),
      to: payee,
      gas: 50_000,
      gasUsed: 21_000,
      value: '500000000000000000',
      gasPrice: parse(pending.serializedTransaction).gasPrice,
      nonce: Transaction.from(raw).nonce,
      contractAddress: null,
      input: '0x',
    })
    expect(transaction.blockNumber).to.equal(await client.ok('GET', '/v3/ethereum/block/current'))
    expect(transaction.timestamp).to.be.a('number')
    expect(transaction.logs).to.deep.equal([])
    const unknown = await client.refusal('GET', `/v3/ethereum/transaction/0x${'ab'.repeat(32)}`)
    expect(unknown).to.deep.equal({ status: 404, errorCode: 'tx.not.found' })
  })

  it('refuses what the node refuses, in the words of the node', async () => {
    const { serializedTransaction } = await request()
    const raw = await sign(serializedTransaction)
    expect((await broadcast(raw)).status).to.equal(200)
    const refused = async (txData: string) => {
      const reply = await broadcast(txData)
      expect(reply.body).to.include({ statusCode: 403, errorCode: 'ethereum.broadcast.failed' })
      return reply.body.message
    }
    expect(await refused(raw)).to.match(/already|nonce too low/i)
    expect(await refused(await sign(serializedTransaction, { nonce: 0, value: 1n }))).to.match(/nonce too low/i)
    expect(await refused(await sign(serializedTransaction, { chainId: 1 }))).to.contain('invalid chain id')
    expect(await refused(await sign(serializedTransaction, { chainId: null }))).to.contain('invalid chain id')
    expect(await refused(await sign(serializedTransaction, { value: 10n ** 20n }))).to.match(/insufficient funds/i)
    expect(await refused('0x00')).to.be.a('string')
    const tampered = Transaction.from(raw).clone()
    tampered.value = 1n
    expect(await refused(tampered.unsignedSerialized)).to.be.a('string')
  })

  it('gives fees in wei with their block, and estimates gas', async () => {
    const fee = await client.ok('GET', '/v3/blockchain/fee/ETH')
    expect(fee).to.have.all.keys('fast', 'medium', 'slow', 'baseFee', 'time', 'block')
    expect(fee.fast).to.be.greaterThan(fee.medium)
    expect(fee.medium).to.be.greaterThan(fee.slow)
    for (const name of ['fast', 'medium', 'slow', 'baseFee'] as const)
      expect(Number.isInteger(fee[name]), name).to.equal(true)
    expect(fee.block).to.match(/^\d+$/)
    expect(new Date(fee.time).toISOString()).to.equal(fee.time)
    const gas = await client.ok('POST', '/v3/ethereum/gas', { from: sender.address, to: payee, amount: '0.1' })
    expect(gas.gasLimit).to.equal('21000')
    // A factory that every such node has; it reverts when the code it is to deploy fails.
    const factory = '0x4e59b44847b379578588920cA78FbF26c0B4956C'
    const failing = { from: sender.address, to: factory, data: `0x${'00'.repeat(32)}fe` }
    expect((await client.refusal('POST', '/v3/ethereum/gas', failing)).errorCode).to.equal('eth.transaction.gas')
  })

  it('derives lower-case addresses from an xpub', async () => {
    for (const { xpub, derived } of vectors.wallets.filter(({ testnet }) => testnet)) {
      for (const { index, address } of derived) {
        expect(await client.ok('GET', `/v3/ethereum/address/${xpub}/${index}`)).to.deep.equal({ address })
      }
    }
    expect((await client.refusal('GET', '/v3/ethereum/address/xpubnonsense/1')).errorCode).to.equal(
      'address.generation.failed.wrong.xpub',
    )
  })

  const refused: [string, object, number][] = [
    ['an address with a wrong checksum', { to: '0x687422EEa2cb73b5d3e242ba5456b782919afc85' }, 400],
    ['no address', { to: 'nowhere' }, 400],
    ['a token', { currency: 'USDT' }, 501],
    ['more than 18 decimals', { amount: '0.0000000000000000001' }, 400],
    ['an amount as a number', { amount: 0.5 }, 400],
    ['a negative amount', { amount: '-1' }, 400],
    ['half a fee', { fee: { gasPrice: '20' } }, 400],
    ['a gas price with decimals', { fee: { gasLimit: '21000', gasPrice: '1.5' } }, 400],
    ['a nonce as text', { nonce: '1' }, 400],
    ['no signatureId', { signatureId: undefined }, 400],
    ['a private key', { fromPrivateKey: sender.privateKey, signatureId: undefined }, 400],
  ]
  for (const [what, fields, status] of refused) {
    it(`refuses ${what}`, async () => {
      const reply = await client.call('POST', PATH, body(fields))
      expect(reply.status).to.equal(status)
      expect(JSON.stringify(reply.body)).to.not.contain(sender.privateKey)
    })
  }

  describe('JSON-RPC', () => {
    const rpc = (path: string, method: string, params: unknown[] = []) =>
      client.ok('POST', path, { jsonrpc: '2.0', id: 7, method, params })

    it('is passed to the node under every address the API has for it', async () => {
      for (const path of [
        '/v3/ethereum/web3/some-key',
        '/v3/ethereum/web3',
        '/v3/blockchain/node/ETH/some-key',
        '/v3/blockchain/node/ethereum-sepolia',
      ]) {
        expect(await rpc(path, 'eth_chainId'), path).to.deep.equal({ jsonrpc: '2.0', id: 7, result: '0xaa36a7' })
      }
      expect((await client.call('POST', '/v3/blockchain/node/SOL', { method: 'getSlot' })).status).to.equal(501)
    })

    it('passes a batch, and the errors of the node', async () => {
      const batch = ['eth_blockNumber', 'net_version'].map((method, id) => ({ jsonrpc: '2.0', id, method, params: [] }))
      const replies = await client.list('POST', '/v3/ethereum/web3/key', batch)
      expect(replies.map(({ id }) => id)).to.have.members([0, 1])
      const { error } = await rpc('/v3/ethereum/web3/key', 'eth_getBalance', ['nonsense'])
      expect(error.message).to.be.a('string')
    })

    it('withholds what only a sandbox node can do, also in a batch', async () => {
      const forge = { jsonrpc: '2.0', id: 1, method: 'anvil_setBalance', params: [payee, '0xffffffffffffffffffff'] }
      for (const method of [
        'anvil_setBalance',
        'evm_mine',
        'hardhat_reset',
        'debug_traceCall',
        'eth_sendTransaction',
      ]) {
        expect((await rpc('/v3/ethereum/web3/key', method)).error.code, method).to.equal(-32601)
      }
      const before = await balance(payee)
      await client.call('POST', '/v3/ethereum/web3/key', [{ jsonrpc: '2.0', id: 0, method: 'eth_chainId' }, forge])
      expect(await balance(payee)).to.equal(before)
    })
  })
})

describe('Ethereum in the sandbox, with blocks that take time', () => {
  let sandbox: Sandbox
  let client: ApiClient

  before(async () => {
    sandbox = await startSandbox({ chains: ['ETH'], blockSeconds: 3600 })
    client = new ApiClient(sandbox.url)
    await sandbox.fund('ETH', sender.address, '10')
  })
  after(() => sandbox.close())

  it('counts waiting transactions in the nonce, shows them without a block, and mines them when told', async () => {
    const count = () => client.ok('GET', `/v3/ethereum/transaction/count/${sender.address}`)
    expect(await count()).to.equal(0)
    const ids: string[] = []
    for (const nonce of [0, 1]) {
      const txData = await sender.signTransaction({
        to: payee,
        value: 1n,
        gasPrice: 20n * GWEI,
        gasLimit: 21_000n,
        nonce,
        chainId: 11155111,
        type: 0,
      })
      ids.push((await client.ok('POST', '/v3/ethereum/broadcast', { txData })).txId)
    }
    expect(await count()).to.equal(2)
    expect((await sandbox.state()).chains.ETH?.waiting).to.equal(2)
    const waiting = await client.ok('GET', `/v3/ethereum/transaction/${ids[0]}`)
    expect(waiting).to.include({ transactionHash: ids[0], blockNumber: null })
    expect(waiting).to.not.have.property('status')
    await client.ok('POST', '/sandbox/mine', { chain: 'ETH' })
    expect(await client.ok('GET', `/v3/ethereum/transaction/${ids[1]}`)).to.include({ status: true })
    expect((await sandbox.state()).chains.ETH?.waiting).to.equal(0)
  })

  it('forgets waiting transactions, too, on reset, under the same address', async () => {
    const txData = await sender.signTransaction({
      to: payee,
      value: 1n,
      gasPrice: 20n * GWEI,
      gasLimit: 21_000n,
      nonce: 2,
      chainId: 11155111,
      type: 0,
    })
    await client.ok('POST', '/v3/ethereum/broadcast', { txData })
    await sandbox.reset()
    expect((await sandbox.state()).chains.ETH).to.deep.equal({ height: 0, waiting: 0 })
    expect(await client.ok('GET', `/v3/ethereum/transaction/count/${sender.address}`)).to.equal(0)
    expect(await client.ok('GET', `/v3/ethereum/account/balance/${sender.address}`)).to.deep.equal({ balance: '0' })
  })
})
