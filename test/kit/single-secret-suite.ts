import { expect } from 'chai'
import type { Chain } from '../../src/core/chain.js'
import { Secret } from '../../src/core/secret.js'
import { wipeWallet } from '../../src/core/wallet.js'
import { codeThrownBy, managed, thrownBy } from './chain-suite.js'

export interface SecretKeyVector {
  readonly secret: string
  readonly address: string
  /** Upper- or lower-case hexadecimal. */
  readonly publicKey: string
  readonly privateKey: string
}

const MNEMONIC = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

/** What every chain promises whose wallets are one secret with one address. */
export function singleSecretSuite(chain: Chain, vectors: readonly SecretKeyVector[], garbage: readonly string[]): void {
  const { keys } = chain
  const imported = (secret: string) =>
    managed(chain, keys.fromPrivateKey(Secret.fromText(secret), 'testnet'), 'testnet')
  const [first] = vectors
  if (first === undefined) throw new Error('the suite needs a vector')

  describe(`keys of ${chain.definition.code}`, () => {
    for (const { secret, address, publicKey, privateKey } of vectors) {
      it(`derives address and keys of ${address} as the reference does, on both networks and at any index`, () => {
        for (const network of ['mainnet', 'testnet'] as const) {
          const wallet = managed(chain, keys.fromPrivateKey(Secret.fromText(secret), network), network)
          expect(wallet.descriptor.address).to.equal(address)
          expect(wallet.descriptor.kind).to.equal('privateKey')
          const source = keys.open(wallet)
          for (const index of [undefined, 0, 7]) {
            const key = source.key(index)
            expect(key.address).to.equal(address)
            expect(Buffer.from(key.publicKey).toString('hex')).to.equal(publicKey.toLowerCase())
            expect(key.privateKey.toString('hex')).to.equal(privateKey.toLowerCase())
          }
          source.wipe()
          expect(keys.privateKey(wallet, 3).text()).to.equal(secret)
          expect(keys.address(wallet.descriptor, 3)).to.equal(address)
          expect(keys.inspect(wallet)).to.deep.equal([])
        }
      })
    }

    it('generates wallets and single keys that are sound and differ from one another', () => {
      const drafts = [keys.generate('mainnet'), keys.generate('testnet'), keys.generateSingleKey('testnet')]
      expect(drafts.map(({ kind }) => kind)).to.deep.equal(['secret', 'secret', 'privateKey'])
      for (const draft of drafts) {
        const wallet = managed(chain, draft, 'testnet')
        expect(Object.keys(draft.material)).to.deep.equal([draft.kind])
        expect(keys.inspect(wallet)).to.deep.equal([])
        expect(keys.open(wallet).key(undefined).address).to.equal(draft.address)
      }
      expect(new Set(drafts.map(({ address }) => address)).size).to.equal(3)
    })

    it('refuses a typed mnemonic, where the reference silently stored a new random wallet in its place', () => {
      const error = thrownBy(() => keys.fromMnemonic(Secret.fromText(MNEMONIC), 'mainnet'))
      expect(error.code).to.equal('WALLET_UNSUITABLE')
      expect(error.advice).to.include('private key')
    })

    it('refuses what is no secret of the chain, without repeating it', () => {
      for (const text of [
        '',
        ' ',
        MNEMONIC,
        first.address,
        `${first.secret}A`,
        first.secret.slice(0, -1),
        ...garbage,
      ]) {
        const error = thrownBy(() => keys.fromPrivateKey(Secret.fromText(text), 'mainnet'))
        expect(error.code, text).to.equal('KEY_INVALID')
        if (text.length > 8) expect(JSON.stringify(error)).to.not.include(text)
      }
    })

    it('refuses a secret with any one letter changed', () => {
      const letters = Array.from(first.secret)
      letters.forEach((letter, place) => {
        const changed = letters.with(place, letter === 'A' ? 'B' : 'A').join('')
        expect(codeThrownBy(() => keys.fromPrivateKey(Secret.fromText(changed), 'mainnet'))).to.equal('KEY_INVALID')
      })
    })

    it('imports a secret with blanks around it and keeps it without them; the typed text stays the caller’s', () => {
      const typed = Secret.fromText(` ${first.secret}\r\n`)
      const draft = keys.fromPrivateKey(typed, 'mainnet')
      expect(draft.material.privateKey?.text()).to.equal(first.secret)
      expect(typed.wiped).to.equal(false)
    })

    it('derives the address of an old wallet that has none on record, and says so where there is no secret to derive it from', () => {
      const wallet = imported(first.secret)
      const { address: _, ...descriptor } = wallet.descriptor
      const old = { ...wallet, descriptor }
      expect(keys.describe(old)).to.deep.equal({ address: first.address })
      expect(keys.inspect(old)).to.deep.equal([])
      expect(codeThrownBy(() => keys.address(descriptor, 0))).to.equal('WALLET_UNSUITABLE')
    })

    it('signs with `secret` where an old wallet has both, as the reference does', () => {
      const other = vectors[1] ?? first
      const material = { privateKey: Secret.fromText(other.secret), secret: Secret.fromText(first.secret) }
      const wallet = { ...imported(first.secret), material }
      expect(keys.open(wallet).key(undefined).address).to.equal(first.address)
      expect(keys.privateKey(wallet, 0).text()).to.equal(first.secret)
    })

    it('finds a wallet whose address is another one, whose secret is damaged, or that has none', () => {
      const wallet = imported(first.secret)
      const other = vectors[1]?.address ?? 'another'
      const claims = { ...wallet, descriptor: { ...wallet.descriptor, address: other } }
      expect(keys.inspect(claims).join()).to.match(/address on record is not/)
      const damaged = { ...wallet, material: { secret: Secret.fromText('nothing like it') } }
      expect(keys.inspect(damaged).join()).to.match(/cannot be used/)
      expect(keys.inspect({ ...wallet, material: {} }).join()).to.match(/holds no/)
      expect(codeThrownBy(() => keys.open({ ...wallet, material: {} }))).to.equal('WALLET_CORRUPT')
    })

    it('refuses an index that is none', () => {
      const wallet = imported(first.secret)
      for (const bad of [-1, 0.5, Number.NaN, 2 ** 31]) {
        expect(codeThrownBy(() => keys.address(wallet.descriptor, bad))).to.equal('INDEX_INVALID')
        expect(codeThrownBy(() => keys.privateKey(wallet, bad))).to.equal('INDEX_INVALID')
      }
    })

    it('lends keys that are separate and outlive the wallet, and none after it is wiped', () => {
      const wallet = imported(first.secret)
      const source = keys.open(wallet)
      wipeWallet(wallet)
      const [one, two] = [source.key(0), source.key(0)]
      const copy = Buffer.from(one.privateKey)
      two.wipe()
      source.wipe()
      expect(one.privateKey.equals(copy)).to.equal(true)
      expect(two.privateKey.every((byte) => byte === 0)).to.equal(true)
      expect(() => source.key(0)).to.throw('wiped')
    })
  })
}
