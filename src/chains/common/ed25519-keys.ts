import type { ChainDefinition, ChainKeys, KeySource, SigningKey, WalletDraft } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { ownCopy } from './bip32.js'
import { ed25519PublicKey } from './ed25519.js'
import { LruCache } from './lru-cache.js'
import { checkMnemonic, generateMnemonic, normalizeMnemonic, seedOf } from './mnemonic.js'
import { checkIndex, materialOf } from './open-wallet.js'
import { Slip10Node } from './slip10.js'

/** What distinguishes one Ed25519 chain with BIP-39 mnemonics from another. */
export interface Ed25519KeysOptions {
  readonly definition: ChainDefinition
  addressOf(publicKey: Uint8Array): string
  /** The chain's own text form of a private key. The seed stays the caller's; the caller wipes the result. */
  encodePrivateKey(seed: Buffer): Secret
  /** The 32 bytes of the seed in a buffer of their own, which the caller wipes. @throws KeywardError KEY_INVALID */
  decodePrivateKey(text: Secret): Buffer
}

const PUBLIC_PARTS_KEPT = 256
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

function openEd25519Wallet(options: Ed25519KeysOptions, wallet: ManagedWallet): KeySource {
  const { kind, network } = wallet.descriptor
  if (kind === 'privateKey') return openKey(options, materialOf(wallet, 'privateKey'))
  if (kind === 'mnemonic') return openMnemonic(options, materialOf(wallet, 'mnemonic'), network)
  throw new KeywardError('WALLET_UNSUITABLE', `a wallet of ${options.definition.code} is a mnemonic or a private key`)
}

function openMnemonic(options: Ed25519KeysOptions, mnemonic: Secret, network: 'mainnet' | 'testnet'): KeySource {
  const account = openAccount(mnemonic, options.definition.derivation[network])
  // Making a public key costs about as much as signing, and busy wallets use the same few keys again and again.
  const publicParts = new LruCache<number, Pick<SigningKey, 'publicKey' | 'address'>>(PUBLIC_PARTS_KEPT)
  return {
    key(index) {
      if (index === undefined) {
        throw new KeywardError('INDEX_INVALID', 'this wallet is a mnemonic, so its keys need an index', {
          advice: 'Name the index of the key together with the signatureId; the first one is 0.',
        })
      }
      checkIndex(index)
      const child = account.hardenedChild(index)
      try {
        const { publicKey, address } = publicParts.getOrCompute(index, () => publicPartsOf(options, child.privateKey))
        return signingKey(ownCopy(child.privateKey), publicKey, address)
      } finally {
        child.wipe()
      }
    },
    wipe: () => account.wipe(),
  }
}

function openKey(options: Ed25519KeysOptions, text: Secret): KeySource {
  const seed = options.decodePrivateKey(text)
  const { publicKey, address } = publicPartsOf(options, seed)
  let wiped = false
  return {
    key() {
      if (wiped) throw new Error('this wallet has been wiped')
      return signingKey(ownCopy(seed), publicKey, address)
    },
    wipe() {
      wiped = true
      seed.fill(0)
    },
  }
}

function signingKey(privateKey: Buffer, publicKey: Uint8Array, address: string): SigningKey {
  return { privateKey, publicKey, address, wipe: () => void privateKey.fill(0) }
}

function publicPartsOf(options: Ed25519KeysOptions, seed: Buffer): Pick<SigningKey, 'publicKey' | 'address'> {
  const publicKey = ed25519PublicKey(seed)
  return { publicKey, address: options.addressOf(publicKey) }
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

function withChild<T>(mnemonic: Secret, path: string, index: number, use: (seed: Buffer) => T): T {
  const account = openAccount(mnemonic, path)
  try {
    const child = account.hardenedChild(index)
    return wiping(child.privateKey, use)
  } finally {
    account.wipe()
  }
}

/** The node whose hardened children are the wallet's keys. Seed and master key are wiped; the caller wipes the result. */
function openAccount(mnemonic: Secret, path: string): Slip10Node {
  const seed = seedOf(mnemonic)
  try {
    const root = Slip10Node.fromSeed(seed)
    try {
      return root.derivePath(path)
    } finally {
      root.wipe()
    }
  } finally {
    seed.fill(0)
  }
}

function wiping<T>(key: Buffer, use: (key: Buffer) => T): T {
  try {
    return use(key)
  } finally {
    key.fill(0)
  }
}
