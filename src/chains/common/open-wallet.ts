import type { KeySource } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet, WalletKind } from '../../core/wallet.js'
import { HdNode } from './hd-node.js'
import { publicPartsCache, requireIndex, signingKey, singleKeySource } from './key-source.js'
import { seedOf } from './mnemonic.js'
import { publicKeyOf } from './secp256k1.js'
import type { Secp256k1KeysOptions } from './secp256k1-keys.js'

export { checkIndex } from './key-source.js'

/** The node whose children are the wallet's keys. Seed and master key are wiped; the caller wipes the result. */
export function openAccount(mnemonic: Secret, path: string): HdNode {
  const seed = seedOf(mnemonic)
  try {
    const root = HdNode.fromSeed(seed)
    try {
      return root.derivePath(path)
    } finally {
      root.wipe()
    }
  } finally {
    seed.fill(0)
  }
}

/** @throws KeywardError WALLET_CORRUPT when the wallet lacks the secret that its kind names. */
export function materialOf(wallet: ManagedWallet, kind: WalletKind): Secret {
  const secret = wallet.material[kind]
  if (secret !== undefined) return secret
  throw new KeywardError('WALLET_CORRUPT', `the wallet holds no ${kind}`)
}

/** Opens a wallet so that it keeps no more than it needs: the account node, or the one key. @throws KeywardError WALLET_* KEY_INVALID */
export function openWallet(options: Secp256k1KeysOptions, wallet: ManagedWallet): KeySource {
  switch (wallet.descriptor.kind) {
    case 'mnemonic':
      return openMnemonic(options, wallet)
    case 'privateKey':
      return openKey(options, wallet)
    case 'secret':
      throw new KeywardError(
        'WALLET_UNSUITABLE',
        `a wallet of ${options.definition.code} is a mnemonic or a private key`,
      )
  }
}

function openMnemonic(options: Secp256k1KeysOptions, wallet: ManagedWallet): KeySource {
  const { network } = wallet.descriptor
  const account = openAccount(materialOf(wallet, 'mnemonic'), options.definition.derivation[network])
  const publicParts = publicPartsCache()
  return {
    key(given) {
      const index = requireIndex(given)
      const child = account.child(index)
      const parts = publicParts.getOrCompute(index, () => ({
        publicKey: child.publicKey,
        address: options.addressOf(child.publicKey, network),
      }))
      return signingKey(child.privateKey, parts)
    },
    wipe: () => account.wipe(),
  }
}

function openKey(options: Secp256k1KeysOptions, wallet: ManagedWallet): KeySource {
  const { network } = wallet.descriptor
  const key = options.decodePrivateKey(materialOf(wallet, 'privateKey'), network)
  const publicKey = publicKeyOf(key)
  return singleKeySource(key, { publicKey, address: options.addressOf(publicKey, network) })
}
