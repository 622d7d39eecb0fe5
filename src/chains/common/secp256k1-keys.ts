import type { ChainDefinition, ChainKeys, PublicIdentifiers, WalletDraft } from '../../core/chain.js'
import type { Network } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet, WalletDescriptor } from '../../core/wallet.js'
import { HdPublicNode } from './hd-node.js'
import type { HdNode } from './hd-node.js'
import { inspectWallet } from './inspect-wallet.js'
import { checkMnemonic, generateMnemonic, normalizeMnemonic } from './mnemonic.js'
import { checkIndex, onRecord, wiping } from './key-source.js'
import { openAccount, openWallet } from './open-wallet.js'
import { publicKeyOf } from './secp256k1.js'

/** What distinguishes one secp256k1 chain with BIP-39 mnemonics from another. */
export interface Secp256k1KeysOptions {
  readonly definition: ChainDefinition
  /** Version bytes of the extended public key. */
  xpubVersion(network: Network): number
  addressOf(publicKey: Uint8Array, network: Network): string
  /** The chain's own text form of a private key. The key stays the caller's; the caller wipes the result. */
  encodePrivateKey(key: Buffer, network: Network): Secret
  /** 32 bytes in a buffer of its own, which the caller wipes. @throws KeywardError KEY_INVALID */
  decodePrivateKey(text: Secret, network: Network): Buffer
}

/** Child that the reference tool stores when it makes single keys in a batch. */
const SINGLE_KEY_INDEX = 1

/** Keys of any chain whose wallets are a BIP-39 mnemonic with BIP-32 children, or one private key. */
export function secp256k1Keys(options: Secp256k1KeysOptions): ChainKeys {
  return {
    generate: (network) => mnemonicDraft(options, generateMnemonic(), network),

    generateSingleKey(network) {
      const mnemonic = generateMnemonic()
      try {
        return withAccount(options, mnemonic, network, (account) => {
          const child = account.child(SINGLE_KEY_INDEX)
          return wiping(child.privateKey, (key) => keyDraft(options, key, network))
        })
      } finally {
        mnemonic.wipe()
      }
    },

    fromMnemonic(mnemonic, network) {
      checkMnemonic(mnemonic)
      return mnemonicDraft(options, normalizeMnemonic(mnemonic), network)
    },

    fromPrivateKey: (text, network) =>
      wiping(options.decodePrivateKey(text, network), (key) => keyDraft(options, key, network)),

    address(wallet, index) {
      checkIndex(index)
      if (wallet.kind === 'privateKey') return onRecord(wallet.address, 'address')
      return options.addressOf(childPublicKey(options, wallet, index), wallet.network)
    },

    privateKey(wallet, index) {
      checkIndex(index)
      const source = openWallet(options, wallet)
      try {
        return wiping(source.key(index).privateKey, (key) => options.encodePrivateKey(key, wallet.descriptor.network))
      } finally {
        source.wipe()
      }
    },

    describe: (wallet) => describeWallet(options, wallet),
    open: (wallet) => openWallet(options, wallet),
    inspect: (wallet) => inspectWallet(options, wallet),
  }
}

/** Public key `index` of a mnemonic wallet, from its xpub alone. @throws KeywardError WALLET_CORRUPT, INDEX_INVALID */
export function childPublicKey(
  options: Pick<Secp256k1KeysOptions, 'xpubVersion'>,
  wallet: WalletDescriptor,
  index: number,
): Uint8Array {
  return HdPublicNode.fromXpub(onRecord(wallet.xpub, 'xpub'), options.xpubVersion(wallet.network)).child(index)
}

/** Takes the mnemonic over. */
function mnemonicDraft(options: Secp256k1KeysOptions, mnemonic: Secret, network: Network): WalletDraft {
  return withAccount(options, mnemonic, network, (account) => ({
    kind: 'mnemonic',
    material: { mnemonic },
    xpub: account.xpub(options.xpubVersion(network)),
  }))
}

const keyDraft = (options: Secp256k1KeysOptions, key: Buffer, network: Network): WalletDraft => ({
  kind: 'privateKey',
  material: { privateKey: options.encodePrivateKey(key, network) },
  address: options.addressOf(publicKeyOf(key), network),
})

function describeWallet(options: Secp256k1KeysOptions, { descriptor, material }: ManagedWallet): PublicIdentifiers {
  const { network, xpub, address } = descriptor
  const { mnemonic, privateKey } = material
  if (mnemonic !== undefined) {
    const derive = (): string =>
      withAccount(options, mnemonic, network, (node) => node.xpub(options.xpubVersion(network)))
    return { ...(address === undefined ? {} : { address }), xpub: xpub ?? derive() }
  }
  if (privateKey === undefined) return {}
  const derive = (): string =>
    wiping(options.decodePrivateKey(privateKey, network), (key) => options.addressOf(publicKeyOf(key), network))
  return { address: address ?? derive() }
}

function withAccount<T>(
  { definition }: Secp256k1KeysOptions,
  mnemonic: Secret,
  network: Network,
  use: (account: HdNode) => T,
): T {
  const account = openAccount(mnemonic, definition.derivation[network])
  try {
    return use(account)
  } finally {
    account.wipe()
  }
}
