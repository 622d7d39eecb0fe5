import { expect } from 'chai'
import { createChainRegistry } from '../../src/chains/index.js'
import type { Chain, ChainLookups, WalletDraft } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import { chainCodeSchema, newSignatureId } from '../../src/core/ids.js'
import { parsePendingTransaction } from '../../src/core/pending-transaction.js'
import { wipeMaterial } from '../../src/core/wallet.js'
import type { ManagedWallet } from '../../src/core/wallet.js'
import { startSandbox } from '../../src/sandbox/index.js'
import type { Sandbox } from '../../src/sandbox/index.js'
import { ApiClient } from '../kit/api-client.js'
import type { Answer } from '../kit/api-client.js'
import { keyNamed } from '../kit/bitcoin-client.js'

const unexpected = (): Promise<never> => Promise.reject(new Error('this chain asks for nothing of the kind'))

/** The chains' own code against the sandbox: what users do with a wallet, without the daemon around it. */
describe('a managed wallet in the sandbox', () => {
  let sandbox: Sandbox
  let client: ApiClient

  before(async () => {
    sandbox = await startSandbox()
    client = new ApiClient(sandbox.url)
  })
  after(() => sandbox.close())

  const lookups: ChainLookups = {
    network: 'testnet',
    get: async (path) => {
      const { status, body } = await client.call('GET', path)
      if (status === 200) return body
      throw new KeywardError('API_REFUSED', body.message, { context: { status, errorCode: body.errorCode } })
    },
    rpc: async (path, method, params) =>
      (await client.ok('POST', path.replace('{apiKey}', 'key'), { jsonrpc: '2.0', id: 1, method, params })).result,
    post: () => unexpected(),
    endpoint: () => unexpected(),
    signerAddress: () => unexpected(),
    once: (_, load) => load(),
    highestSequence: async () => undefined,
  }

  const walletOf = (chain: Chain, draft: WalletDraft): ManagedWallet => ({
    descriptor: {
      signatureId: newSignatureId(),
      chain: chain.definition.code,
      network: 'testnet',
      kind: draft.kind,
      ...(draft.xpub === undefined ? {} : { xpub: draft.xpub }),
      ...(draft.address === undefined ? {} : { address: draft.address }),
    },
    material: draft.material,
  })

  /** Polls, plans, signs, checks and broadcasts. @returns the transaction's id. */
  async function signNext(chain: Chain, wallet: ManagedWallet): Promise<string> {
    const { signatureId } = wallet.descriptor
    const path = `/v3/kms/pending/${chain.definition.code}`
    const [item] = await client.list('POST', path, { signatureIds: [signatureId] })
    const pending = parsePendingTransaction(item)
    const { transactions, keys } = chain
    const request = transactions.read(pending, 'testnet')
    const wallets = new Map([[signatureId, wallet.descriptor]])
    const plan = await transactions.prepare({ pending, network: 'testnet', request, wallets }, lookups)
    const source = keys.open(wallet)
    const signed = transactions.sign(plan, ({ index }) => source.key(index))
    transactions.verify(plan, signed)
    source.wipe()
    expect(await transactions.find(signed.txId, lookups)).to.equal(false)
    const offchain = pending.withdrawalId !== undefined
    const reply = await client.ok(
      'POST',
      offchain ? '/v3/offchain/withdrawal/broadcast' : `/v3/${chain.definition.apiPath}/broadcast`,
      {
        txData: signed.raw,
        signatureId: pending.id,
        ...(offchain ? { currency: chain.definition.code, withdrawalId: pending.withdrawalId } : {}),
      },
    )
    expect(reply.txId).to.equal(signed.txId)
    expect(await transactions.find(signed.txId, lookups)).to.equal(true)
    expect(await client.list('POST', path, { signatureIds: [signatureId] })).to.deep.equal([])
    return signed.txId
  }

  const cases = {
    BTC: {
      fund: '0.01',
      payee: keyNamed('payee').address,
      transaction: (address: string, signatureId: string, index?: number) => ({
        fromAddress: [{ address, signatureId, index }],
        to: [{ address: keyNamed('payee').address, value: 0.000006 }],
        fee: '0.00001',
        changeAddress: address,
      }),
      balance: (answer: Answer) => answer.incoming,
      balancePath: '/v3/bitcoin/address/balance/',
      paid: ['0.000006', '0.000012', '0.001012'],
      transfer: { fee: '0.0001' },
    },
    ETH: {
      fund: '2',
      payee: '0x687422eea2cb73b5d3e242ba5456b782919afc85',
      transaction: (_address: string, signatureId: string, index?: number) => ({
        to: '0x687422eea2cb73b5d3e242ba5456b782919afc85',
        amount: '0.000006',
        currency: 'ETH',
        signatureId,
        index,
      }),
      balance: (answer: Answer) => answer.balance,
      balancePath: '/v3/ethereum/account/balance/',
      paid: ['0.000006', '0.000012', '0.001012'],
      transfer: {},
    },
  }

  for (const [code, { fund, payee, transaction, balance, balancePath, paid, transfer }] of Object.entries(cases)) {
    it(`${code}: is paid, pays from a child, from a single key and off chain; every signature stands up`, async () => {
      const chain = await createChainRegistry().load(chainCodeSchema.parse(code))
      const received = async () => balance(await client.ok('GET', `${balancePath}${payee}`))
      const path = `/v3/${chain.definition.apiPath}/transaction`

      const wallet = walletOf(chain, chain.keys.generate('testnet'))
      const { signatureId, xpub } = wallet.descriptor
      const account = await client.ok('POST', '/v3/ledger/account', { currency: code, xpub })
      const deposit = await client.ok('POST', `/v3/offchain/account/${account.id}/address`)
      await sandbox.fund(code === 'BTC' ? 'BTC' : 'ETH', deposit.address, fund)
      await client.ok('POST', path, transaction(deposit.address, signatureId, deposit.derivationKey))
      await signNext(chain, wallet)
      expect(await received()).to.equal(paid[0])

      const single = walletOf(chain, chain.keys.generateSingleKey('testnet'))
      const address = chain.keys.address(single.descriptor, 0)
      await sandbox.fund(code === 'BTC' ? 'BTC' : 'ETH', address, fund)
      await client.ok('POST', path, transaction(address, single.descriptor.signatureId))
      await signNext(chain, single)
      expect(await received()).to.equal(paid[1])

      await client.ok('POST', `/v3/offchain/${chain.definition.apiPath}/transfer`, {
        senderAccountId: account.id,
        address: payee,
        amount: '0.001',
        signatureId,
        ...(code === 'BTC' ? { xpub } : { index: deposit.derivationKey }),
        ...transfer,
      })
      await signNext(chain, wallet)
      expect(await received()).to.equal(paid[2])
      wipeMaterial(wallet.material)
      wipeMaterial(single.material)
    })
  }
})
