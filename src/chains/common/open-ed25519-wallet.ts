import type { KeySource, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { ownCopy } from './bip32.js'
import { ed25519PublicKey } from './ed25519.js'
import type { Ed25519KeysOptions } from './ed25519-keys.js'
import { LruCache } from './lru-cache.js'
import { seedOf } from './mnemonic.js'
import { checkIndex, materialOf } from './open-wallet.js'
import { Slip10Node } from './slip10.js'

const PUBLIC_PARTS_KEPT = 256

/** Opens a wallet so that it keeps no more than it needs: the account node, or the one key. @throws KeywardError WALLET_*, KEY_INVALID */
export function openEd25519Wallet(options: Ed25519KeysOptions, wallet: ManagedWallet): KeySource {
  const { kind, network } = wallet.descriptor
  if (kind === 'privateKey') return openKey(options, materialOf(wallet, 'privateKey'))
  if (kind === 'mnemonic') return openMnemonic(options, materialOf(wallet, 'mnemonic'), network)
  throw new KeywardError('WALLET_UNSUITABLE', `a wallet of ${options.definition.code} is a mnemonic or a private key`)
}

function openMnemonic(options: Ed25519KeysOptions, mnemonic: Secret, network: Network): KeySource {
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

export function publicPartsOf(options: Ed25519KeysOptions, seed: Buffer): Pick<SigningKey, 'publicKey' | 'address'> {
  const publicKey = ed25519PublicKey(seed)
  return { publicKey, address: options.addressOf(publicKey) }
}

/** Lends the seed of child `index`, then wipes it. */
export function withChild<T>(mnemonic: Secret, path: string, index: number, use: (seed: Buffer) => T): T {
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

/** Lends a key, then wipes it. */
export function wiping<T>(key: Buffer, use: (key: Buffer) => T): T {
  try {
    return use(key)
  } finally {
    key.fill(0)
  }
}
