import { expect } from 'chai'
import type { Chain, WalletDraft } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import type { ErrorCode } from '../../src/core/errors.js'
import { networkOf, newSignatureId } from '../../src/core/ids.js'
import type { Network } from '../../src/core/ids.js'
import { MAX_INDEX } from '../../src/core/pending-transaction.js'
import { Secret } from '../../src/core/secret.js'
import type { ManagedWallet, WalletDescriptor } from '../../src/core/wallet.js'

/** A wallet whose keys are known, made by another implementation. */
export interface WalletKeyVector {
  readonly mnemonic: string
  readonly testnet: boolean
  readonly xpub: string
  /** `publicKey`: compressed, hexadecimal, where the source has it. */
  readonly keys: readonly {
    readonly index: number
    readonly address: string
    readonly privateKey: string
    readonly publicKey?: string
  }[]
}

/** A draft under a new signatureId, as the generate and import commands store it. */
export function managed(chain: Chain, draft: WalletDraft, network: Network): ManagedWallet {
  const { kind, material, xpub, address } = draft
  const descriptor: WalletDescriptor = {
    signatureId: newSignatureId(),
    chain: chain.definition.code,
    network,
    kind,
    ...(xpub === undefined ? {} : { xpub }),
    ...(address === undefined ? {} : { address }),
  }
  return { descriptor, material }
}

export function thrownBy(action: () => unknown): KeywardError {
  try {
    action()
  } catch (error) {
    if (error instanceof KeywardError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

export const codeThrownBy = (action: () => unknown): ErrorCode => thrownBy(action).code

/** Members that are `undefined` left out. */
const without = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never

const BAD_INDEXES = [-1, 0.5, Number.NaN, MAX_INDEX + 1, 2 ** 32, Infinity]

/**
 * What every chain with BIP-39 mnemonics promises about wallets, keys and addresses.
 * @param options.zerosDropped a text that lacks a digit is a key whose first digit was zero.
 */
export function chainKeysSuite(
  chain: Chain,
  vectors: readonly WalletKeyVector[],
  { zerosDropped = false }: { readonly zerosDropped?: boolean } = {},
): void {
  const { keys } = chain
  const imported = (vector: WalletKeyVector): ManagedWallet =>
    managed(
      chain,
      keys.fromMnemonic(Secret.fromText(vector.mnemonic), networkOf(vector.testnet)),
      networkOf(vector.testnet),
    )
  const first = vectors[0]
  if (first === undefined) throw new Error('the suite needs at least one wallet')
  const network = networkOf(first.testnet)
  const otherNetwork = networkOf(!first.testnet)

  describe(`keys of ${chain.definition.code}`, () => {
    for (const [position, vector] of vectors.entries()) {
      const title = `wallet ${position} (${networkOf(vector.testnet)})`

      it(`${title}: derives the same xpub, addresses and private keys as the reference`, () => {
        const wallet = imported(vector)
        expect(wallet.descriptor.xpub).to.equal(vector.xpub)
        for (const { index, address, privateKey } of vector.keys) {
          expect(keys.address(wallet.descriptor, index)).to.equal(address)
          expect(keys.privateKey(wallet, index).text()).to.equal(privateKey)
        }
      })

      it(`${title}: opens for signing with exactly these keys`, () => {
        const source = keys.open(imported(vector))
        for (const { index, address, privateKey, publicKey } of vector.keys) {
          const key = source.key(index)
          expect(key.address).to.equal(address)
          expect(key.publicKey).to.have.lengthOf(33)
          if (publicKey !== undefined) expect(Buffer.from(key.publicKey).toString('hex')).to.equal(publicKey)
          const again = keys.open(single(privateKey, networkOf(vector.testnet))).key(undefined)
          expect(again.privateKey.equals(key.privateKey)).to.equal(true)
          expect(again.address).to.equal(address)
        }
        source.wipe()
      })
    }

    const single = (text: string, on: Network): ManagedWallet =>
      managed(chain, keys.fromPrivateKey(Secret.fromText(text), on), on)
    const [{ index, address, privateKey }] = first.keys as readonly [WalletKeyVector['keys'][number]]

    it('lends key buffers that are separate: wiping one key or the wallet leaves the others as they are', () => {
      for (const wallet of [imported(first), single(privateKey, network)]) {
        const source = keys.open(wallet)
        const [one, two] = [source.key(index), source.key(index)]
        const copy = Buffer.from(one.privateKey)
        two.wipe()
        source.wipe()
        expect(one.privateKey.equals(copy)).to.equal(true)
        expect(two.privateKey.every((byte) => byte === 0)).to.equal(true)
        expect(() => source.key(index)).to.throw('wiped')
      }
    })

    it('needs neither the wallet nor its secrets once it is open', () => {
      const wallet = imported(first)
      const source = keys.open(wallet)
      wallet.material.mnemonic?.wipe()
      expect(source.key(index).address).to.equal(address)
    })

    it('generates wallets of 24 words that differ from one another and derive what they claim', () => {
      const wallets = [network, network, otherNetwork].map((on) => managed(chain, keys.generate(on), on))
      for (const wallet of wallets) {
        const words = wallet.material.mnemonic?.text().split(' ') ?? []
        expect(words).to.have.lengthOf(24)
        expect(keys.inspect(wallet)).to.deep.equal([])
        expect(keys.open(wallet).key(7).address).to.equal(keys.address(wallet.descriptor, 7))
      }
      expect(new Set(wallets.map((wallet) => wallet.descriptor.xpub)).size).to.equal(3)
    })

    it('generates single keys whose address is the one their key has', () => {
      const wallets = [network, otherNetwork].map((on) => managed(chain, keys.generateSingleKey(on), on))
      for (const wallet of wallets) {
        expect(Object.keys(wallet.material)).to.deep.equal(['privateKey'])
        expect(keys.inspect(wallet)).to.deep.equal([])
        expect(keys.open(wallet).key(undefined).address).to.equal(wallet.descriptor.address)
      }
      expect(wallets[0]?.descriptor.address).to.not.equal(wallets[1]?.descriptor.address)
    })

    it('gives back the stored key of a private-key wallet whatever the index, where the reference printed the key of the empty mnemonic', () => {
      const wallet = single(privateKey, network)
      for (const any of [0, 1, MAX_INDEX]) {
        expect(keys.privateKey(wallet, any).text()).to.equal(privateKey)
        expect(keys.address(wallet.descriptor, any)).to.equal(address)
        expect(keys.open(wallet).key(any).address).to.equal(address)
      }
    })

    it('refuses every index that is not one of a child, where the reference derived hardened keys or key 0', () => {
      const wallet = imported(first)
      const source = keys.open(wallet)
      for (const bad of BAD_INDEXES) {
        expect(codeThrownBy(() => keys.address(wallet.descriptor, bad))).to.equal('INDEX_INVALID')
        expect(codeThrownBy(() => keys.privateKey(wallet, bad))).to.equal('INDEX_INVALID')
        expect(codeThrownBy(() => source.key(bad))).to.equal('INDEX_INVALID')
      }
      expect(codeThrownBy(() => source.key(undefined))).to.equal('INDEX_INVALID')
    })

    it('imports a mnemonic however it is spaced, and keeps it in one spelling', () => {
      const spaced = Secret.fromText(`  ${first.mnemonic.replaceAll(' ', ' \t\n ')}\r\n`)
      const draft = keys.fromMnemonic(spaced, network)
      expect(draft.material.mnemonic?.text()).to.equal(first.mnemonic)
      expect(draft.xpub).to.equal(first.xpub)
      expect(spaced.wiped).to.equal(false)
    })

    it('refuses to import a mnemonic that fails the BIP-39 check, without repeating its words', () => {
      const words = first.mnemonic.split(' ')
      const wrong = [...words.slice(0, -1), 'zzzzzz'].join(' ')
      const error = thrownBy(() => keys.fromMnemonic(Secret.fromText(wrong), network))
      expect(error.code).to.equal('MNEMONIC_INVALID')
      expect(JSON.stringify(error)).to.not.include('zzzzzz').and.not.include(words[0])
    })

    it('still opens an old wallet whose mnemonic fails the check, and says so when it is inspected', () => {
      const text = 'not a mnemonic at all'
      const descriptor = { ...imported(first).descriptor, xpub: first.xpub }
      const wallet = { descriptor, material: { mnemonic: Secret.fromText(text) } }
      expect(keys.open(wallet).key(0).privateKey).to.have.lengthOf(32)
      const [invalid, mismatch, ...rest] = keys.inspect(wallet)
      expect(invalid).to.include('not valid')
      expect(mismatch).to.include('xpub')
      expect(rest).to.deep.equal([])
    })

    it('refuses a text that is no private key', () => {
      for (const text of [
        '',
        '0',
        'hello',
        `${privateKey}0`,
        zerosDropped ? privateKey.slice(0, 55) : privateKey.slice(0, -1),
        '0'.repeat(64),
        'f'.repeat(64),
      ]) {
        const error = thrownBy(() => keys.fromPrivateKey(Secret.fromText(text), network))
        expect(error.code).to.equal('KEY_INVALID')
        if (text.length > 5) expect(JSON.stringify(error)).to.not.include(text)
      }
    })

    it('names every claim of a wallet that does not hold', () => {
      const wallet = imported(first)
      const key = single(privateKey, network)
      const other = managed(chain, keys.generateSingleKey(network), network)
      const cases: [ManagedWallet, RegExp][] = [
        [{ ...wallet, descriptor: { ...wallet.descriptor, xpub: `${first.xpub.slice(0, -1)}x` } }, /xpub on record/],
        [{ ...wallet, descriptor: { ...wallet.descriptor, address: 'elsewhere' } }, /address on record/],
        [{ ...wallet, material: {} }, /holds no mnemonic/],
        [{ descriptor: key.descriptor, material: other.material }, /address on record/],
        [{ ...key, material: { privateKey: Secret.fromText('damaged') } }, /private key cannot be used/],
        [{ ...key, material: {} }, /holds no privateKey/],
        [{ ...key, descriptor: { ...key.descriptor, kind: 'secret' } }, /not a secret/],
      ]
      for (const [unsound, sentence] of cases) {
        const problems = keys.inspect(unsound)
        expect(problems).to.have.lengthOf(1)
        expect(problems[0]).to.match(sentence)
      }
    })

    it('finds the xpub or address of a wallet that has none on record, and leaves those on record alone', () => {
      for (const wallet of [imported(first), single(privateKey, network)]) {
        const { xpub, address: own, ...bare } = wallet.descriptor
        const unknown = { ...wallet, descriptor: bare }
        expect(keys.inspect(unknown)).to.deep.equal([])
        expect({ ...bare, ...keys.describe(unknown) }).to.deep.equal(wallet.descriptor)
        const claimed = { ...bare, xpub: xpub && 'claimed', address: own && 'claimed' }
        const described = keys.describe({ ...wallet, descriptor: without(claimed) })
        expect(described).to.deep.equal(without({ xpub: claimed.xpub, address: claimed.address }))
        expect(keys.describe({ ...unknown, material: {} })).to.deep.equal({})
      }
    })

    it('says that a wallet has no address on record rather than guessing one', () => {
      for (const { descriptor } of [imported(first), single(privateKey, network)]) {
        const { xpub: _xpub, address: _address, ...bare } = descriptor
        expect(codeThrownBy(() => keys.address(bare, 0))).to.equal('WALLET_CORRUPT')
      }
    })

    it('refuses to open a wallet that lacks the secret its kind names', () => {
      const { descriptor } = imported(first)
      expect(codeThrownBy(() => keys.open({ descriptor, material: {} }))).to.equal('WALLET_CORRUPT')
      expect(codeThrownBy(() => keys.open({ descriptor: { ...descriptor, kind: 'secret' }, material: {} }))).to.equal(
        'WALLET_UNSUITABLE',
      )
    })
  })
}
