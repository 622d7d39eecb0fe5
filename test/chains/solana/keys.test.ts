import { createPrivateKey, createPublicKey } from 'node:crypto'
import { base58 } from '@scure/base'
import { expect } from 'chai'
import { newSignatureId } from '../../../src/core/ids.js'
import { MAX_INDEX } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { codeThrownBy, managed, thrownBy } from '../../kit/chain-suite.js'
import { loaded, SOL, vectors, walletFrom } from './kit.js'

const { keys } = loaded
const NETWORKS = ['mainnet', 'testnet'] as const
const [first] = vectors.wallets
const imported = (mnemonic: string, network: (typeof NETWORKS)[number] = 'testnet'): ManagedWallet =>
  managed(loaded, keys.fromMnemonic(Secret.fromText(mnemonic), network), network)
const single = (key: string): ManagedWallet =>
  managed(loaded, keys.fromPrivateKey(Secret.fromText(key), 'testnet'), 'testnet')

/** Address of a base58 key by OpenSSL's public key and another base58. */
function addressByOthers(privateKey: string): string {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(base58.decode(privateKey)).subarray(0, 32),
  ])
  const spki = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  })
  return base58.encode(Uint8Array.from(spki.subarray(spki.length - 32)))
}

describe('Solana: keys', () => {
  for (const { mnemonic, index, address, privateKey, privateKeyHex } of vectors.wallets) {
    it(`"${mnemonic.slice(0, 12)}…" ${index}: derives the address and key of the reference, on both networks`, () => {
      for (const network of NETWORKS) {
        const wallet = imported(mnemonic, network)
        const key = keys.open(wallet).key(index)
        expect(key.address).to.equal(address)
        expect(key.privateKey.toString('hex')).to.equal(privateKeyHex.slice(0, 64))
        expect(Buffer.from(key.publicKey).toString('hex')).to.equal(privateKeyHex.slice(64))
        expect(keys.privateKey(wallet, index).text()).to.equal(privateKey)
        if (index === 0) expect(wallet.descriptor.address).to.equal(address)
      }
      for (const text of [privateKey, privateKeyHex, privateKeyHex.toUpperCase(), ` ${privateKey}\n`]) {
        expect(single(text).descriptor.address).to.equal(address)
        expect(single(text).material.privateKey?.text()).to.equal(privateKey)
      }
    })
  }

  it('uses the mnemonic that was typed, where the reference silently stores another, random wallet', () => {
    const { mnemonic, address } = first!
    const wallet = imported(`  ${mnemonic.replaceAll(' ', '\n')}  `)
    expect(wallet.descriptor.address).to.equal(address)
    expect(wallet.material.mnemonic?.text()).to.equal(mnemonic)
  })

  it('refuses an empty mnemonic, a wrong word and a wrong checksum', () => {
    for (const wrong of ['', ' ', 'abandon', first!.mnemonic.replace('about', 'abandon'), `${first!.mnemonic}x`]) {
      expect(codeThrownBy(() => imported(wrong))).to.equal('MNEMONIC_INVALID')
    }
  })

  it('generates wallets of 24 words that differ and have the address they claim', () => {
    const wallets = NETWORKS.map((network) => managed(loaded, keys.generate(network), network))
    for (const wallet of wallets) {
      expect(wallet.material.mnemonic?.text().split(' ')).to.have.lengthOf(24)
      expect(keys.inspect(wallet)).to.deep.equal([])
      expect(addressByOthers(keys.privateKey(wallet, 0).text())).to.equal(wallet.descriptor.address)
    }
    expect(wallets[0]?.descriptor.address).to.not.equal(wallets[1]?.descriptor.address)
  })

  it('generates single keys, which the reference cannot', () => {
    const wallet = managed(loaded, keys.generateSingleKey('mainnet'), 'mainnet')
    const key = wallet.material.privateKey?.text() ?? ''
    expect(Object.keys(wallet.material)).to.deep.equal(['privateKey'])
    expect(addressByOthers(key)).to.equal(wallet.descriptor.address)
    expect(keys.inspect(wallet)).to.deep.equal([])
  })

  it('tells the first address without the secret, and says how to get another one', () => {
    const { descriptor } = imported(first!.mnemonic)
    expect(keys.address(descriptor, 0)).to.equal(first?.address)
    const error = thrownBy(() => keys.address(descriptor, 1))
    expect(error.code).to.equal('WALLET_UNSUITABLE')
    expect(error.advice).to.include('getaddress')
    const { address: _, ...unknown } = descriptor
    expect(codeThrownBy(() => keys.address(unknown, 0))).to.equal('WALLET_UNSUITABLE')
  })

  it('derives what an old wallet does not have on record', () => {
    const { mnemonic, address, privateKey } = first!
    const id = newSignatureId()
    expect(keys.describe(walletFrom(id, { mnemonic, testnet: true }))).to.deep.equal({ address })
    expect(keys.describe(walletFrom(id, { privateKey, testnet: true }))).to.deep.equal({ address })
  })

  it('gives back the key of a private-key wallet whatever the index, and refuses what is no index', () => {
    const wallet = single(first!.privateKey)
    for (const index of [0, 7, MAX_INDEX]) {
      expect(keys.privateKey(wallet, index).text()).to.equal(first?.privateKey)
      expect(keys.address(wallet.descriptor, index)).to.equal(first?.address)
    }
    const source = keys.open(imported(first!.mnemonic))
    for (const bad of [-1, 0.5, Number.NaN, MAX_INDEX + 1]) {
      expect(codeThrownBy(() => keys.privateKey(wallet, bad))).to.equal('INDEX_INVALID')
      expect(codeThrownBy(() => keys.address(wallet.descriptor, bad))).to.equal('INDEX_INVALID')
      expect(codeThrownBy(() => source.key(bad))).to.equal('INDEX_INVALID')
    }
    expect(codeThrownBy(() => source.key(undefined))).to.equal('INDEX_INVALID')
  })

  it('refuses texts that are no private key, an address and half a key among them, and repeats nothing of them', () => {
    const { privateKey, privateKeyHex, address } = first!
    const other = vectors.wallets[1]!.privateKeyHex
    const wrong = ['', ' ', 'zz', address, privateKeyHex.slice(0, 64), privateKey.slice(1), `${privateKey}1`]
    // The halves of two keys: what such a key signs is worth nothing.
    for (const text of [...wrong, privateKeyHex.slice(0, 64) + other.slice(64), privateKey.replace(/.$/, '0')]) {
      const error = thrownBy(() => single(text))
      expect(error.code).to.equal('KEY_INVALID')
      if (text.length > 4) expect(`${error.message} ${error.advice ?? ''}`).to.not.include(text)
    }
  })

  it('lends key buffers that are separate: wiping one key or the wallet leaves the others as they are', () => {
    for (const wallet of [imported(first!.mnemonic), single(first!.privateKey)]) {
      const source = keys.open(wallet)
      const [one, two] = [source.key(0), source.key(0)]
      const copy = Buffer.from(one.privateKey)
      two.wipe()
      source.wipe()
      expect(one.privateKey.equals(copy)).to.equal(true)
      expect(two.privateKey.every((byte) => byte === 0)).to.equal(true)
      expect(() => source.key(0)).to.throw('wiped')
    }
  })

  it('finds a wrong address, a wrong copy of the key and a damaged secret when it inspects', () => {
    const [one, , , , other] = vectors.wallets
    const stored = { mnemonic: one!.mnemonic, privateKey: one!.privateKey, address: one!.address, testnet: true }
    const problems = (change: Partial<typeof stored>): readonly string[] =>
      keys.inspect(walletFrom(newSignatureId(), { ...stored, ...change }))
    expect(problems({})).to.deep.equal([])
    expect(problems({ address: other!.address }).join()).to.match(/address on record/)
    expect(problems({ privateKey: other!.privateKey }).join()).to.match(/not the first one of the mnemonic/)
    expect(problems({ mnemonic: 'no words at all' })).to.not.be.empty
    const damaged = walletFrom(newSignatureId(), { privateKey: 'damaged', testnet: true })
    expect(keys.inspect(damaged)).to.have.lengthOf(1)
  })

  it('opens nothing that is neither a mnemonic nor a private key', () => {
    const wallet: ManagedWallet = {
      descriptor: { signatureId: newSignatureId(), chain: SOL, network: 'testnet', kind: 'secret' },
      material: { secret: Secret.fromText('secret') },
    }
    expect(codeThrownBy(() => keys.open(wallet))).to.equal('WALLET_UNSUITABLE')
    expect(keys.inspect(wallet)).to.have.lengthOf(1)
  })
})
