import type { KeySource } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { ownCopy } from './bip32.js'
import { ed25519PublicKey } from './ed25519.js'
import type { Ed25519KeysOptions } from './ed25519-keys.js'
import { publicPartsCache, requireIndex, signingKey, singleKeySource, wiping } from './key-source.js'
import type { PublicParts } from './key-source.js'
import { seedOf } from './mnemonic.js'
import { materialOf } from './open-wallet.js'
import { Slip10Node } from './slip10.js'

/** Opens a wallet so that it keeps no more than it needs: the account node, or the one key. @throws KeywardError WALLET_*, KEY_INVALID */
export function openEd25519Wallet(options: Ed25519KeysOptions, wallet: ManagedWallet): KeySource {
  const { kind, network } = wallet.descriptor
  if (kind === 'privateKey') return openKey(options, materialOf(wallet, 'privateKey'))
  if (kind === 'mnemonic') return openMnemonic(options, materialOf(wallet, 'mnemonic'), network)
  throw new KeywardError('WALLET_UNSUITABLE', `a wallet of ${options.definition.code} is a mnemonic or a private key`)
}

function openMnemonic(options: Ed25519KeysOptions, mnemonic: Secret, network: Network): KeySource {
  const account = openAccount(mnemonic, options.definition.derivation[network])
  const publicParts = publicPartsCache()
  return {
    key(given) {
      const index = requireIndex(given)
      const child = account.hardenedChild(index)
      try {
        const parts = publicParts.getOrCompute(index, () => publicPartsOf(options, child.privateKey))
        return signingKey(ownCopy(child.privateKey), parts)
      } finally {
        child.wipe()
      }
    },
    wipe: () => account.wipe(),
  }
}

function openKey(options: Ed25519KeysOptions, text: Secret): KeySource {
  const seed = options.decodePrivateKey(text)
  return singleKeySource(seed, publicPartsOf(options, seed))
}

export function publicPartsOf(options: Ed25519KeysOptions, seed: Buffer): PublicParts {
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
