import * as csl from '@emurgo/cardano-serialization-lib-nodejs'
import { mnemonicToEntropy } from 'bip39'
import { expect } from 'chai'
import fc from 'fast-check'
import { CardanoNode } from '../../../src/chains/cardano/hd-node.js'
import { CardanoPublicNode } from '../../../src/chains/cardano/public-node.js'
import { networkOf } from '../../../src/core/ids.js'
import { MAX_INDEX } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { codeThrownBy, managed, thrownBy } from '../../kit/chain-suite.js'
import { ada, vectors, wallet, walletAt } from './kit.js'

const { keys } = ada
const single = (text: string, network: 'mainnet' | 'testnet' = 'testnet'): ManagedWallet =>
  managed(ada, keys.fromPrivateKey(Secret.fromText(text), network), network)
const HARDENED = 0x80000000

/** The same path by the vendor's library. */
function vendorAccount(mnemonic: string): csl.Bip32PrivateKey {
  const root = csl.Bip32PrivateKey.from_bip39_entropy(Buffer.from(mnemonicToEntropy(mnemonic), 'hex'), Buffer.alloc(0))
  return [1852, 1815, 0, 0].reduce((node, step) => node.derive(step + HARDENED), root)
}
const vendorAddress = (key: csl.PublicKey, networkId: number): string =>
  csl.EnterpriseAddress.new(networkId, csl.Credential.from_keyhash(key.hash())).to_address().to_bech32()

describe('keys of ADA', () => {
  for (const [place, { testnet, xpub, keys: known }] of vectors.wallets.entries()) {
    it(`wallet ${place} (${networkOf(testnet)}): derives the reference's xpub, keys and addresses, with the secret and from the xpub alone`, () => {
      const own = walletAt(place)
      expect(own.descriptor.xpub).to.equal(xpub)
      const source = keys.open(own)
      for (const { index, privateKey, publicKey, enterpriseAddress } of known) {
        expect(keys.privateKey(own, index).text()).to.equal(privateKey)
        expect(keys.address(own.descriptor, index)).to.equal(enterpriseAddress)
        const key = source.key(index)
        expect(key.address).to.equal(enterpriseAddress)
        expect(Buffer.from(key.publicKey).toString('hex')).to.equal(publicKey)
        const imported = single(privateKey, networkOf(testnet))
        expect(imported.descriptor.address).to.equal(enterpriseAddress)
        expect(keys.privateKey(imported, 7).text()).to.equal(privateKey)
      }
    })
  }

  it('agree with the vendor’s library for any index, private and public', () => {
    const mnemonic = vectors.wallets[5]?.mnemonic ?? ''
    const own = managed(ada, keys.fromMnemonic(Secret.fromText(mnemonic), 'mainnet'), 'mainnet')
    const account = vendorAccount(mnemonic)
    const source = keys.open(own)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_INDEX }), (index) => {
        const vendor = account.derive(index).to_raw_key()
        const key = source.key(index)
        expect(key.privateKey.toString('hex')).to.equal(Buffer.from(vendor.as_bytes()).toString('hex'))
        expect(key.address).to.equal(vendorAddress(vendor.to_public(), 1))
        expect(keys.address(own.descriptor, index)).to.equal(key.address)
      }),
      { numRuns: 40 },
    )
  })

  it('generate wallets that derive the same again when their words are imported, where the reference’s generatewallet derived others', () => {
    for (const network of ['mainnet', 'testnet'] as const) {
      const generated = managed(ada, keys.generate(network), network)
      const words = generated.material.mnemonic?.text() ?? ''
      expect(words.split(' ')).to.have.lengthOf(24)
      const imported = keys.fromMnemonic(Secret.fromText(words), network)
      expect(imported.xpub).to.equal(generated.descriptor.xpub)
      expect(imported.xpub).to.match(/^[0-9a-f]{128}$/)
      expect(keys.inspect(generated)).to.deep.equal([])
      expect(keys.open(generated).key(3).address).to.equal(keys.address(generated.descriptor, 3))
    }
  })

  it('take a key in the long form that the reference’s generatewallet had, so that what its addresses hold can be moved', () => {
    for (const { testnet, generatewalletCommandOnly: other } of vectors.wallets) {
      for (const { privateKey, baseAddress } of other.keys) {
        const imported = single(privateKey, networkOf(testnet))
        expect(keys.privateKey(imported, 0).text()).to.equal(privateKey.slice(0, 128))
        const payment = csl.BaseAddress.from_address(csl.Address.from_bech32(baseAddress))?.payment_cred().to_keyhash()
        const own = csl.EnterpriseAddress.from_address(csl.Address.from_bech32(imported.descriptor.address ?? ''))
        expect(own?.payment_cred().to_keyhash()?.to_hex()).to.equal(payment?.to_hex())
      }
    }
    const [mixed = ''] = vectors.wallets.map(({ generatewalletCommandOnly: { keys: all } }) =>
      [all[0]?.privateKey.slice(0, 128), all[1]?.privateKey.slice(128)].join(''),
    )
    expect(codeThrownBy(() => single(mixed))).to.equal('KEY_INVALID')
  })

  it('say of an xpub in the long form that it belongs to another derivation', () => {
    const [vector] = vectors.wallets
    const descriptor = { ...wallet.descriptor, xpub: vector?.generatewalletCommandOnly.xpub ?? '' }
    const error = thrownBy(() => keys.address(descriptor, 0))
    expect(error.code).to.equal('WALLET_CORRUPT')
    expect(error.advice).to.include('generatewallet')
    for (const xpub of ['', 'xpub', '0'.repeat(127), `02${'0'.repeat(126)}`]) {
      expect(codeThrownBy(() => keys.address({ ...descriptor, xpub }, 0))).to.equal('WALLET_CORRUPT')
    }
  })

  it('generate single keys whose address is the one their key has', () => {
    for (const network of ['mainnet', 'testnet'] as const) {
      const own = managed(ada, keys.generateSingleKey(network), network)
      expect(Object.keys(own.material)).to.deep.equal(['privateKey'])
      expect(keys.open(own).key(undefined).address).to.equal(own.descriptor.address)
      expect(own.descriptor.address).to.match(network === 'mainnet' ? /^addr1v/ : /^addr_test1v/)
      expect(keys.inspect(own)).to.deep.equal([])
    }
  })

  it('refuse every index that is not one of a child, where the reference derived hardened keys or key 0', () => {
    const source = keys.open(wallet)
    for (const bad of [-1, 0.5, Number.NaN, MAX_INDEX + 1, 2 ** 32, Infinity]) {
      expect(codeThrownBy(() => keys.address(wallet.descriptor, bad))).to.equal('INDEX_INVALID')
      expect(codeThrownBy(() => keys.privateKey(wallet, bad))).to.equal('INDEX_INVALID')
      expect(codeThrownBy(() => source.key(bad))).to.equal('INDEX_INVALID')
    }
    expect(codeThrownBy(() => source.key(undefined))).to.equal('INDEX_INVALID')
  })

  it('refuse a mnemonic that fails the BIP-39 check, on import and when a stored one is opened, without repeating its words', () => {
    const words = (vectors.wallets[0]?.mnemonic ?? '').split(' ')
    for (const text of [`${words.slice(0, -1).join(' ')} zebra`, 'abandon', '', `${words.slice(1).join(' ')} qwertz`]) {
      const error = thrownBy(() => keys.fromMnemonic(Secret.fromText(text), 'mainnet'))
      expect(error.code).to.equal('MNEMONIC_INVALID')
      expect(JSON.stringify(error)).to.not.match(/zebra|qwertz|abandon/)
      const stored = { ...wallet, material: { mnemonic: Secret.fromText(text) } }
      expect(codeThrownBy(() => keys.open(stored))).to.equal('MNEMONIC_INVALID')
      expect(keys.inspect(stored)).to.have.lengthOf(1)
    }
    const spaced = keys.fromMnemonic(Secret.fromText(`  ${words.join(' \n ')}\t`), 'mainnet')
    expect(spaced.material.mnemonic?.text()).to.equal(words.join(' '))
  })

  it('refuse a text that is no extended key, without repeating it', () => {
    const privateKey = vectors.wallets[0]?.keys[0]?.privateKey ?? ''
    const notClamped = `${(Number.parseInt(privateKey.slice(0, 2), 16) | 1).toString(16)}${privateKey.slice(2)}`
    const tooHigh = `${privateKey.slice(0, 62)}ff${privateKey.slice(64)}`
    for (const text of [
      '',
      'hello',
      privateKey.slice(0, 64),
      `${privateKey}00`,
      privateKey.slice(1),
      notClamped,
      tooHigh,
    ]) {
      const error = thrownBy(() => single(text))
      expect(error.code).to.equal('KEY_INVALID')
      if (text !== '') expect(JSON.stringify(error)).to.not.include(text)
    }
    expect(single(`\n ${privateKey.toUpperCase()} `).descriptor.address).to.equal(single(privateKey).descriptor.address)
  })

  it('lend keys that are separate: wiping one key or the wallet leaves the others as they are', () => {
    for (const own of [wallet, single(vectors.wallets[1]?.keys[0]?.privateKey ?? '')]) {
      const source = keys.open(own)
      const [one, two] = [source.key(0), source.key(0)]
      const copy = Buffer.from(one.privateKey)
      two.wipe()
      source.wipe()
      expect(one.privateKey.equals(copy)).to.equal(true)
      expect(two.privateKey.every((byte) => byte === 0)).to.equal(true)
      expect(() => source.key(0)).to.throw('wiped')
    }
  })

  it('come from nodes that refuse what is no path or index, and everything once they are wiped', () => {
    const root = CardanoNode.fromMnemonic(Secret.fromText(vectors.wallets[0]?.mnemonic ?? ''))
    for (const path of ['', 'm/', "m/1852'/0", 'n', "m/x'", "m/99999999999'"]) {
      expect(
        codeThrownBy(() => root.derivePath(path)),
        path,
      ).to.equal('INDEX_INVALID')
    }
    for (const index of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(codeThrownBy(() => root.child(index))).to.equal('INDEX_INVALID')
    const publicRoot = CardanoPublicNode.fromXpub(root.xpub)
    expect(publicRoot.child(4)).to.deep.equal(root.child(4).publicKey)
    expect(codeThrownBy(() => publicRoot.child(HARDENED))).to.equal('INDEX_INVALID')
    root.wipe()
    root.wipe()
    expect(root.privateKey.every((byte) => byte === 0)).to.equal(true)
    for (const use of [() => root.publicKey, () => root.child(0), () => root.derivePath('m'), () => root.xpub]) {
      expect(use).to.throw('wiped')
    }
  })

  it('name every claim of a wallet that does not hold', () => {
    const key = single(vectors.wallets[1]?.keys[0]?.privateKey ?? '')
    const cases: [ManagedWallet, RegExp][] = [
      [{ ...wallet, descriptor: { ...wallet.descriptor, xpub: '00' } }, /xpub on record/],
      [{ ...wallet, material: {} }, /holds no mnemonic/],
      [{ ...key, descriptor: { ...key.descriptor, address: 'elsewhere' } }, /address on record/],
      [{ ...key, material: { privateKey: Secret.fromText('damaged') } }, /cannot be used/],
      [{ ...key, descriptor: { ...key.descriptor, kind: 'secret' } }, /not a secret/],
    ]
    for (const [unsound, sentence] of cases) {
      const problems = keys.inspect(unsound)
      expect(problems).to.have.lengthOf(1)
      expect(problems[0]).to.match(sentence)
    }
    expect(codeThrownBy(() => keys.open({ ...key, descriptor: { ...key.descriptor, kind: 'secret' } }))).to.equal(
      'WALLET_UNSUITABLE',
    )
  })

  it('find the xpub or address of a wallet that has none on record, and leave those on record alone', () => {
    for (const own of [wallet, single(vectors.wallets[1]?.keys[0]?.privateKey ?? '')]) {
      const { xpub: _xpub, address: _address, ...bare } = own.descriptor
      expect({ ...bare, ...keys.describe({ ...own, descriptor: bare }) }).to.deep.equal(own.descriptor)
      expect(keys.describe(own)).to.deep.include(keys.describe({ ...own, descriptor: bare }))
      expect(codeThrownBy(() => keys.address(bare, 0))).to.equal('WALLET_CORRUPT')
      expect(keys.describe({ descriptor: bare, material: {} })).to.deep.equal({})
    }
  })
})
