import type { ChainDefinition, ChainKeys, WalletDraft } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { ed25519PublicKey } from './ed25519.js'
import { checkMnemonic, generateMnemonic, normalizeMnemonic } from './mnemonic.js'
import { openEd25519Wallet, publicPartsOf, withChild } from './open-ed25519-wallet.js'
import { checkIndex, wiping } from './key-source.js'
import { materialOf } from './open-wallet.js'

/** What distinguishes one Ed25519 chain with BIP-39 mnemonics from another. */
export interface Ed25519KeysOptions {
  readonly definition: ChainDefinition
  addressOf(publicKey: Uint8Array): string
  /** The chain's own text form of a private key. The seed stays the caller's; the caller wipes the result. */
  encodePrivateKey(seed: Buffer): Secret
  /** The 32 bytes of the seed in a buffer of their own, which the caller wipes. @throws KeywardError KEY_INVALID */
  decodePrivateKey(text: Secret): Buffer
}

/** Child that the reference tool stores when it makes single keys in a batch. */
const SINGLE_KEY_INDEX = 1

/**
 * Keys of any chain whose wallets are a BIP-39 mnemonic with SLIP-0010 children, or one private key. There is no extended public key: a mnemonic wallet has
 * its first address on record, and its other addresses need the mnemonic.
 */
export function ed25519Keys(options: Ed25519KeysOptions): ChainKeys {
  const keyDraft = (seed: Buffer): WalletDraft => ({
    kind: 'privateKey',
    material: { privateKey: options.encodePrivateKey(seed) },
    address: options.addressOf(ed25519PublicKey(seed)),
  })
  /** Takes the mnemonic over. */
  const mnemonicDraft = (mnemonic: Secret, path: string): WalletDraft => ({
    kind: 'mnemonic',
    material: { mnemonic },
    address: firstAddress(options, mnemonic, path),
  })
  const pathOf = ({ descriptor }: ManagedWallet): string => options.definition.derivation[descriptor.network]

  return {
    generate: (network) => mnemonicDraft(generateMnemonic(), options.definition.derivation[network]),

    generateSingleKey(network) {
      const mnemonic = generateMnemonic()
      try {
        return withChild(mnemonic, options.definition.derivation[network], SINGLE_KEY_INDEX, keyDraft)
      } finally {
        mnemonic.wipe()
      }
    },

    fromMnemonic(mnemonic, network) {
      checkMnemonic(mnemonic)
      return mnemonicDraft(normalizeMnemonic(mnemonic), options.definition.derivation[network])
    },

    fromPrivateKey: (text) => wiping(options.decodePrivateKey(text), keyDraft),

    address(wallet, index) {
      checkIndex(index)
      if (wallet.address !== undefined && (wallet.kind !== 'mnemonic' || index === 0)) return wallet.address
      throw new KeywardError('WALLET_UNSUITABLE', `address ${index} of this wallet cannot be told without its secret`, {
        advice: `${options.definition.name} has no extended public keys: ask for the address with the command getaddress.`,
      })
    },

    privateKey(wallet, index) {
      checkIndex(index)
      const source = openEd25519Wallet(options, wallet)
      try {
        return wiping(source.key(index).privateKey, (seed) => options.encodePrivateKey(seed))
      } finally {
        source.wipe()
      }
    },

    describe: (wallet) => ({ address: wallet.descriptor.address ?? derivedAddress(options, wallet, pathOf(wallet)) }),
    open: (wallet) => openEd25519Wallet(options, wallet),
    inspect: (wallet) => inspectEd25519Wallet(options, wallet, pathOf(wallet)),
  }
}

/** One sentence for each claim of the wallet that does not hold when it is derived anew. No sentence holds a secret. */
function inspectEd25519Wallet(options: Ed25519KeysOptions, wallet: ManagedWallet, path: string): readonly string[] {
  const { mnemonic, privateKey } = wallet.material
  const { kind, address } = wallet.descriptor
  try {
    const derived = derivedAddress(options, wallet, path)
    const problems = address === undefined || address === derived ? [] : ['The address on record is another one.']
    // The reference tool keeps the first key beside the mnemonic and signs with that copy.
    if (kind === 'mnemonic' && privateKey !== undefined) {
      const copied = wiping(options.decodePrivateKey(privateKey), (seed) => publicPartsOf(options, seed).address)
      if (copied !== derived) problems.push('The private key on record is not the first one of the mnemonic.')
    }
    if (kind === 'mnemonic' && mnemonic !== undefined) checkMnemonic(mnemonic)
    return problems
  } catch (error) {
    if (error instanceof KeywardError) return [`The wallet is not sound: ${error.message}.`]
    throw error
  }
}

function derivedAddress(options: Ed25519KeysOptions, wallet: ManagedWallet, path: string): string {
  if (wallet.descriptor.kind === 'mnemonic') return firstAddress(options, materialOf(wallet, 'mnemonic'), path)
  const seed = options.decodePrivateKey(materialOf(wallet, 'privateKey'))
  return wiping(seed, (key) => publicPartsOf(options, key).address)
}

const firstAddress = (options: Ed25519KeysOptions, mnemonic: Secret, path: string): string =>
  withChild(mnemonic, path, 0, (seed) => publicPartsOf(options, seed).address)
