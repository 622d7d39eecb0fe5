import { expect } from 'chai'
import * as keyward from '../src/index.js'
import { testLookups } from './kit/lookups.js'

const { createChainRegistry, newSignatureId, parsePendingTransaction, planDigest, Secret, intentSummary } = keyward

/** Test key of a well-known development node; it owns nothing. */
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

describe('the library', () => {
  it('generates a wallet as the README shows', async () => {
    const chains = createChainRegistry()
    const eth = await chains.load(chains.resolve('ETH'))
    const wallet = eth.keys.generate('testnet')
    expect(wallet.material.mnemonic?.text().split(' ')).to.have.length(24)
    keyward.wipeMaterial(wallet.material)
  })

  it('plans, decodes, signs and verifies without a daemon, an API or a journal', async () => {
    const chains = createChainRegistry()
    const eth = await chains.load(chains.resolve('ethereum'))
    const draft = eth.keys.fromPrivateKey(Secret.fromText(KEY), 'testnet')
    const signatureId = newSignatureId()
    const descriptor = {
      signatureId,
      chain: eth.definition.code,
      network: 'testnet' as const,
      kind: draft.kind,
      address: draft.address ?? '',
    }
    const transaction = {
      to: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
      value: '1000',
      gas: '21000',
      gasPrice: '1000000000',
      nonce: 7,
      chainId: 11155111,
    }
    const pending = parsePendingTransaction({
      id: 'ab'.repeat(12),
      chain: 'ETH',
      hashes: [signatureId],
      serializedTransaction: JSON.stringify(transaction),
    })
    const wallets = new Map([[signatureId, descriptor]])
    const request = eth.transactions.read(pending, 'testnet')
    const plan = await eth.transactions.prepare({ pending, network: 'testnet', request, wallets }, testLookups())
    expect(planDigest(plan)).to.match(/^[0-9a-f]{64}$/)
    expect(intentSummary(eth.transactions.decode(plan, wallets))).to.include('0.000000000000001 ETH to 0x70997970')
    const source = eth.keys.open({ descriptor, material: draft.material })
    const signed = eth.transactions.sign(plan, ({ index }) => source.key(index))
    eth.transactions.verify(plan, signed)
    expect(signed.txId).to.match(/^0x[0-9a-f]{64}$/)
    source.wipe()
  })
})
