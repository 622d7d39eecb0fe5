import { expect } from 'chai'
import { Secret } from '../../../src/core/secret.js'
import { chainKeysSuite, managed, thrownBy } from '../../kit/chain-suite.js'
import { FamilyMember } from './family.js'
import { bitcoin, edge, vectors } from './fixtures.js'

chainKeysSuite(bitcoin, vectors.wallets)
for (const code of ['LTC', 'DOGE', 'BCH']) {
  const member = await FamilyMember.load(code)
  chainKeysSuite(member.chain, member.vectors.wallets)
}

describe('private keys of BTC', () => {
  const mainnet = vectors.wallets.find((wallet) => !wallet.testnet)?.keys[0]?.privateKey ?? ''

  it('refuses a key of the other network, where the reference signed with it', () => {
    const stored = Object.values(edge('edge-uncompressed-or-wrong-network-wif').store)[0]
    const text = Secret.fromText(stored?.privateKey ?? '')
    expect(bitcoin.keys.fromPrivateKey(text, 'mainnet').kind).to.equal('privateKey')
    const error = thrownBy(() => bitcoin.keys.fromPrivateKey(text, 'testnet'))
    expect(error.code).to.equal('KEY_INVALID')
    expect(error.message).to.include('another network')
  })

  it('refuses a key that is marked for uncompressed public keys', () => {
    // The well-known example of the wallet import format.
    const text = Secret.fromText('5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ')
    expect(thrownBy(() => bitcoin.keys.fromPrivateKey(text, 'mainnet')).message).to.include('uncompressed')
  })

  it('accepts blanks around a key and stores it without them', () => {
    const draft = bitcoin.keys.fromPrivateKey(Secret.fromText(` ${mainnet}\r\n`), 'mainnet')
    expect(draft.material.privateKey?.text()).to.equal(mainnet)
  })

  it('finds every single wrong letter by the checksum', () => {
    for (let at = 0; at < mainnet.length; at++) {
      const letter = mainnet[at] === 'a' ? 'b' : 'a'
      const wrong = Secret.fromText(mainnet.slice(0, at) + letter + mainnet.slice(at + 1))
      expect(thrownBy(() => bitcoin.keys.fromPrivateKey(wrong, 'mainnet')).code).to.equal('KEY_INVALID')
    }
  })

  it('inspects a stored key of the other network as unusable', () => {
    const wallet = managed(bitcoin, bitcoin.keys.generateSingleKey('mainnet'), 'mainnet')
    const moved = { ...wallet, descriptor: { ...wallet.descriptor, network: 'testnet' as const } }
    expect(bitcoin.keys.inspect(moved)).to.have.lengthOf(1)
    expect(bitcoin.keys.inspect(moved)[0]).to.include('cannot be used')
  })
})
