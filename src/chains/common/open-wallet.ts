import type { KeySource, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { MAX_INDEX } from '../../core/pending-transaction.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet, WalletKind } from '../../core/wallet.js'
import { ownCopy } from './bip32.js'
import { HdNode } from './hd-node.js'
import { LruCache } from './lru-cache.js'
import { seedOf } from './mnemonic.js'
import { publicKeyOf } from './secp256k1.js'
import type { Secp256k1KeysOptions } from './secp256k1-keys.js'

const PUBLIC_PARTS_KEPT = 256

/** @throws KeywardError INDEX_INVALID for anything but a non-hardened child's index. */
export function checkIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index <= MAX_INDEX) return
  throw new KeywardError('INDEX_INVALID', `${index} is not an index`, {
    advice: `An index is a whole number from 0 to ${MAX_INDEX}.`,
  })
}

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
  // Making a public key costs about as much as signing, and busy wallets use the same few keys again and again.
  const publicParts = new LruCache<number, Pick<SigningKey, 'publicKey' | 'address'>>(PUBLIC_PARTS_KEPT)
  return {
    key(index) {
      if (index === undefined) {
        throw new KeywardError('INDEX_INVALID', 'this wallet is a mnemonic, so its keys need an index', {
          advice: 'Name the index of the key together with the signatureId when the transaction is made.',
        })
      }
      checkIndex(index)
      const child = account.child(index)
      const { publicKey, address } = publicParts.getOrCompute(index, () => ({
        publicKey: child.publicKey,
        address: options.addressOf(child.publicKey, network),
      }))
      return signingKey(child.privateKey, publicKey, address)
    },
    wipe: () => account.wipe(),
  }
}

function openKey(options: Secp256k1KeysOptions, wallet: ManagedWallet): KeySource {
  const { network } = wallet.descriptor
  const key = options.decodePrivateKey(materialOf(wallet, 'privateKey'), network)
  const publicKey = publicKeyOf(key)
  const address = options.addressOf(publicKey, network)
  let wiped = false
  return {
    key() {
      if (wiped) throw new Error('this wallet has been wiped')
      return signingKey(ownCopy(key), publicKey, address)
    },
    wipe() {
      wiped = true
      key.fill(0)
    },
  }
}

function signingKey(privateKey: Buffer, publicKey: Uint8Array, address: string): SigningKey {
  return {
    privateKey,
    publicKey,
    address,
    wipe: () => {
      privateKey.fill(0)
    },
  }
}
