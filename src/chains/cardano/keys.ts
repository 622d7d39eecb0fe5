import type { ChainKeys, PublicIdentifiers, WalletDraft } from '../../core/chain.js'
import type { Network } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet, WalletDescriptor } from '../../core/wallet.js'
import { checkMnemonic, generateMnemonic, normalizeMnemonic } from '../common/mnemonic.js'
import { checkIndex, onRecord, wiping } from '../common/key-source.js'
import { addressOfPublicKey } from './address.js'
import { publicKeyOf } from './extended-key.js'
import { inspectWallet } from './inspect-wallet.js'
import { openWallet, withAccount } from './open-wallet.js'
import { decodePrivateKey, encodePrivateKey } from './private-key-text.js'
import { CardanoPublicNode } from './public-node.js'

/** Child that the reference tool stores when it makes single keys in a batch. */
const SINGLE_KEY_INDEX = 1

/** One derivation for everything. The reference's generatewallet had another one than its other commands, so that its mnemonics gave other addresses once they were imported. */
export const cardanoKeys: ChainKeys = {
  generate: (network) => mnemonicDraft(generateMnemonic(), network),

  generateSingleKey(network) {
    const mnemonic = generateMnemonic()
    try {
      return withAccount(mnemonic, network, (account) => {
        const child = account.child(SINGLE_KEY_INDEX)
        return wiping(child.privateKey, (key) => keyDraft(key, network))
      })
    } finally {
      mnemonic.wipe()
    }
  },

  fromMnemonic(mnemonic, network) {
    checkMnemonic(mnemonic)
    return mnemonicDraft(normalizeMnemonic(mnemonic), network)
  },

  fromPrivateKey: (text, network) => wiping(decodePrivateKey(text), (key) => keyDraft(key, network)),

  address(wallet, index) {
    checkIndex(index)
    if (wallet.kind === 'privateKey') return onRecord(wallet.address, 'address')
    return addressOfPublicKey(childPublicKey(wallet, index), wallet.network)
  },

  privateKey(wallet, index) {
    checkIndex(index)
    const source = openWallet(wallet)
    try {
      return wiping(source.key(index).privateKey, encodePrivateKey)
    } finally {
      source.wipe()
    }
  },

  describe: describeWallet,
  open: openWallet,
  inspect: inspectWallet,
}

/** Public key `index` of a mnemonic wallet, from its xpub alone. @throws KeywardError WALLET_CORRUPT, INDEX_INVALID */
export const childPublicKey = (wallet: WalletDescriptor, index: number): Uint8Array =>
  CardanoPublicNode.fromXpub(onRecord(wallet.xpub, 'xpub')).child(index)

/** Takes the mnemonic over. */
const mnemonicDraft = (mnemonic: Secret, network: Network): WalletDraft => ({
  kind: 'mnemonic',
  material: { mnemonic },
  xpub: withAccount(mnemonic, network, (account) => account.xpub),
})

const keyDraft = (key: Buffer, network: Network): WalletDraft => ({
  kind: 'privateKey',
  material: { privateKey: encodePrivateKey(key) },
  address: addressOfPublicKey(publicKeyOf(key), network),
})

function describeWallet({ descriptor, material }: ManagedWallet): PublicIdentifiers {
  const { network, xpub, address } = descriptor
  const { mnemonic, privateKey } = material
  if (mnemonic !== undefined) {
    const own = xpub ?? withAccount(mnemonic, network, (account) => account.xpub)
    return { ...(address === undefined ? {} : { address }), xpub: own }
  }
  if (privateKey === undefined) return {}
  const derive = (): string =>
    wiping(decodePrivateKey(privateKey), (key) => addressOfPublicKey(publicKeyOf(key), network))
  return { address: address ?? derive() }
}
