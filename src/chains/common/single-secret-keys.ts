import type { ChainDefinition, ChainKeys, KeySource, WalletDraft } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import type { ManagedWallet, WalletKind } from '../../core/wallet.js'
import { ownCopy } from './bip32.js'
import { checkIndex } from './key-source.js'
import { trim } from './trim.js'

/** A key as the chain signs with it. The caller wipes the private one. */
export interface KeyPair {
  readonly privateKey: Buffer
  readonly publicKey: Uint8Array
}

/** What distinguishes one chain whose wallets are one secret, with one key and one address, from another. */
export interface SingleSecretOptions {
  readonly definition: ChainDefinition
  /** What the chain calls its secret, e.g. `family seed`. */
  readonly secretName: string
  /** What such a secret looks like, as a sentence. */
  readonly secretForm: string
  /** A new secret in the chain's text form. The caller wipes it. */
  generateSecret(): Secret
  /** @param text without blanks around it; stays the caller's. @returns `undefined` for a text that is no secret of this chain. */
  keyPairOf(text: Buffer): KeyPair | undefined
  addressOf(publicKey: Uint8Array): string
}

/** Keys of a chain without derivation: the same on both networks, and whatever index is asked for. */
export function singleSecretKeys(options: SingleSecretOptions): ChainKeys {
  const { definition, secretName } = options
  const draft = (kind: WalletKind, secret: Secret): WalletDraft => ({
    kind,
    material: { [kind]: secret },
    address: addressOfSecret(options, secret),
  })
  return {
    generate: () => draft('secret', options.generateSecret()),
    generateSingleKey: () => draft('privateKey', options.generateSecret()),

    fromMnemonic() {
      throw new KeywardError('WALLET_UNSUITABLE', `a wallet of ${definition.code} is not made from a mnemonic`, {
        advice: `Import the ${secretName} of the account as a private key. ${options.secretForm}`,
      })
    },

    fromPrivateKey: (text) => draft('privateKey', trimmed(options, text)),

    address(wallet, index) {
      checkIndex(index)
      if (wallet.address !== undefined) return wallet.address
      throw new KeywardError('WALLET_UNSUITABLE', 'the wallet has no address on record', {
        advice: 'Old wallets may lack it; it is derived from the secret when the wallet is opened or imported again.',
      })
    },

    privateKey(wallet, index) {
      checkIndex(index)
      return secretOf(options, wallet).clone()
    },

    describe: (wallet) => ({
      address: wallet.descriptor.address ?? addressOfSecret(options, secretOf(options, wallet)),
    }),
    open: (wallet) => openSecret(options, wallet),
    inspect: (wallet) => inspectSecret(options, wallet),
  }
}

/** Wallets of the reference tool keep the secret as `secret` when it made them and as `privateKey` when they were imported; `secret` goes first. */
function secretOf({ secretName }: SingleSecretOptions, { material }: ManagedWallet): Secret {
  const secret = material.secret ?? material.privateKey
  if (secret !== undefined) return secret
  throw new KeywardError('WALLET_CORRUPT', `the wallet holds no ${secretName}`)
}

/** @throws KeywardError KEY_INVALID; nothing of the text is in the message. */
function open(options: SingleSecretOptions, secret: Secret): KeyPair {
  const pair = secret.use((bytes) => options.keyPairOf(trim(bytes)))
  if (pair !== undefined) return pair
  throw new KeywardError('KEY_INVALID', `this is not a ${options.secretName} of ${options.definition.name}`, {
    advice: options.secretForm,
  })
}

function addressOfSecret(options: SingleSecretOptions, secret: Secret): string {
  const { privateKey, publicKey } = open(options, secret)
  privateKey.fill(0)
  return options.addressOf(publicKey)
}

function trimmed(options: SingleSecretOptions, text: Secret): Secret {
  open(options, text).privateKey.fill(0)
  return text.use((bytes) => Secret.copy(trim(bytes)))
}

function openSecret(options: SingleSecretOptions, wallet: ManagedWallet): KeySource {
  const { privateKey, publicKey } = open(options, secretOf(options, wallet))
  const address = options.addressOf(publicKey)
  let wiped = false
  return {
    key() {
      if (wiped) throw new Error('this wallet has been wiped')
      const copy = ownCopy(privateKey)
      return { privateKey: copy, publicKey, address, wipe: () => copy.fill(0) }
    },
    wipe() {
      wiped = true
      privateKey.fill(0)
    },
  }
}

function inspectSecret(options: SingleSecretOptions, wallet: ManagedWallet): readonly string[] {
  try {
    const { address } = wallet.descriptor
    const derived = addressOfSecret(options, secretOf(options, wallet))
    return address === undefined || address === derived
      ? []
      : [`The address on record is not the one of the ${options.secretName}.`]
  } catch (error) {
    if (error instanceof KeywardError) return [`The wallet cannot be used: ${error.message}.`]
    throw error
  }
}
