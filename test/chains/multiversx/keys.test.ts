import { expect } from 'chai'
import { Secret } from '../../../src/core/secret.js'
import { codeThrownBy, managed } from '../../kit/chain-suite.js'
import { egld, vectors } from './fixtures.js'

const { keys } = egld
/** Addresses of the empty phrase, at index 0 and 1: what the reference shows to everybody. */
const EVERYBODYS = [
  'erd1yqt755wvr33vpr6586smn7mpq4jx365kpd353qfd2xuy5vwaa9ts3r69sj',
  'erd1mdzfn7n8up8ckddaqs7jsg227t6sftt49dqxw6gckc7ry5vdycrsj0ugm5',
]

describe('keys of EGLD', () => {
  for (const { mnemonic, network, index, address, privateKey } of vectors.wallets) {
    it(`derive ${address} at index ${index} on ${network}, as the reference signs`, () => {
      const wallet = managed(egld, keys.fromMnemonic(Secret.fromText(mnemonic), network), network)
      expect(keys.open(wallet).key(index).address).to.equal(address)
      expect(keys.privateKey(wallet, index).text()).to.equal(privateKey)
      expect(keys.inspect(wallet)).to.deep.equal([])
      const single = managed(egld, keys.fromPrivateKey(Secret.fromText(privateKey), network), network)
      expect(single.descriptor.address).to.equal(address)
      expect(keys.address(single.descriptor, 3)).to.equal(address)
      expect(keys.privateKey(single, 3).text()).to.equal(privateKey)
    })
  }

  it('are never those of the empty phrase, whose addresses the reference shows for every wallet', () => {
    for (const network of ['mainnet', 'testnet'] as const) {
      const wallet = managed(egld, keys.generate(network), network)
      const source = keys.open(wallet)
      for (const index of [0, 1]) expect(EVERYBODYS).to.not.include(source.key(index).address)
      expect(keys.describe(wallet).address).to.equal(source.key(0).address)
      expect(keys.address(wallet.descriptor, 0)).to.equal(source.key(0).address)
      expect(codeThrownBy(() => keys.address(wallet.descriptor, 1))).to.equal('WALLET_UNSUITABLE')
      const single = keys.generateSingleKey(network)
      expect(EVERYBODYS).to.not.include(single.address)
      expect(keys.open(managed(egld, single, network)).key(undefined).address).to.equal(single.address)
    }
    for (const empty of ['', ' ']) {
      expect(codeThrownBy(() => keys.fromMnemonic(Secret.fromText(empty), 'mainnet'))).to.equal('MNEMONIC_INVALID')
    }
  })

  it('refuse a text that is no key', () => {
    for (const text of ['', 'hello', '0'.repeat(63), 'g'.repeat(64), vectors.wallets[0]?.address ?? '']) {
      expect(codeThrownBy(() => keys.fromPrivateKey(Secret.fromText(text), 'mainnet'))).to.equal('KEY_INVALID')
    }
  })
})
