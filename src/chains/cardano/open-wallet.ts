import type { KeySource } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { publicPartsCache, requireIndex, signingKey, singleKeySource } from '../common/key-source.js'
import type { PublicParts } from '../common/key-source.js'
import { materialOf } from '../common/open-wallet.js'
import { addressOfPublicKey } from './address.js'
import { definitions } from './definition.js'
import { publicKeyOf } from './extended-key.js'
import { CardanoNode } from './hd-node.js'
import { decodePrivateKey } from './private-key-text.js'

/** Opens a wallet so that it keeps no more than it needs: the account node, or the one key. @throws KeywardError WALLET_*, KEY_INVALID, MNEMONIC_INVALID */
export function openWallet(wallet: ManagedWallet): KeySource {
  const { kind, network } = wallet.descriptor
  if (kind === 'mnemonic') return openMnemonic(materialOf(wallet, 'mnemonic'), network)
  if (kind === 'privateKey') {
    const key = decodePrivateKey(materialOf(wallet, 'privateKey'))
    return singleKeySource(key, publicPartsOf(publicKeyOf(key), network))
  }
  throw new KeywardError('WALLET_UNSUITABLE', 'a wallet of ADA is a mnemonic or a private key')
}

/** Lends the node whose children are the wallet's keys, then wipes it. @throws KeywardError MNEMONIC_INVALID */
export function withAccount<T>(mnemonic: Secret, network: Network, use: (account: CardanoNode) => T): T {
  const account = openAccount(mnemonic, network)
  try {
    return use(account)
  } finally {
    account.wipe()
  }
}

/** The master key is wiped; the caller wipes the result. */
function openAccount(mnemonic: Secret, network: Network): CardanoNode {
  const root = CardanoNode.fromMnemonic(mnemonic)
  try {
    return root.derivePath(definitions[0].derivation[network])
  } finally {
    root.wipe()
  }
}

function openMnemonic(mnemonic: Secret, network: Network): KeySource {
  const account = openAccount(mnemonic, network)
  const publicParts = publicPartsCache()
  return {
    key(given) {
      const index = requireIndex(given)
      const child = account.child(index)
      return signingKey(
        child.privateKey,
        publicParts.getOrCompute(index, () => publicPartsOf(child.publicKey, network)),
      )
    },
    wipe: () => account.wipe(),
  }
}

const publicPartsOf = (publicKey: Uint8Array, network: Network): PublicParts => ({
  publicKey,
  address: addressOfPublicKey(publicKey, network),
})
