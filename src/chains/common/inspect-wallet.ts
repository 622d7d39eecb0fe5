import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { checkMnemonic } from './mnemonic.js'
import { openAccount } from './open-wallet.js'
import { publicKeyOf } from './secp256k1.js'
import type { Secp256k1KeysOptions } from './secp256k1-keys.js'

/**
 * One sentence for each claim of the wallet that does not hold when it is derived anew; empty for a sound wallet. What a wallet does not claim is no problem:
 * the reference tool stores single keys without their address. No sentence holds a secret.
 */
export function inspectWallet(options: Secp256k1KeysOptions, wallet: ManagedWallet): readonly string[] {
  const { kind } = wallet.descriptor
  if (kind === 'secret') return [`A wallet of ${options.definition.code} is a mnemonic or a private key, not a secret.`]
  const secret = wallet.material[kind]
  if (secret === undefined) return [`The wallet holds no ${kind}.`]
  return kind === 'mnemonic' ? inspectMnemonic(options, wallet, secret) : inspectKey(options, wallet, secret)
}

function inspectMnemonic(options: Secp256k1KeysOptions, wallet: ManagedWallet, mnemonic: Secret): string[] {
  const { network, xpub, address } = wallet.descriptor
  const problems: string[] = []
  const fault = faultOf(() => checkMnemonic(mnemonic))
  if (fault !== undefined) {
    problems.push(
      `The mnemonic is not valid (${fault}); the wallet still signs with the keys that the reference tool makes from this text.`,
    )
  }
  const account = openAccount(mnemonic, options.definition.derivation[network])
  try {
    if (xpub !== undefined && xpub !== account.xpub(options.xpubVersion(network))) {
      problems.push(`The xpub on record is not the one of the mnemonic on ${network}.`)
    }
    if (address !== undefined) {
      const first = account.child(0)
      if (address !== options.addressOf(first.publicKey, network)) {
        problems.push(`The address on record is not the first one of the mnemonic on ${network}.`)
      }
      first.wipe()
    }
  } finally {
    account.wipe()
  }
  return problems
}

function inspectKey(options: Secp256k1KeysOptions, wallet: ManagedWallet, text: Secret): string[] {
  const { network, address } = wallet.descriptor
  const problems: string[] = []
  const fault = faultOf(() => {
    const key = options.decodePrivateKey(text, network)
    try {
      if (address !== undefined && address !== options.addressOf(publicKeyOf(key), network)) {
        problems.push(`The address on record is not the one of the private key on ${network}.`)
      }
    } finally {
      key.fill(0)
    }
  })
  return fault === undefined ? problems : [`The private key cannot be used: ${fault}.`]
}

/** What is wrong, in our own words. Anything else that is thrown is a defect and goes on. */
function faultOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof KeywardError) return error.message
    throw error
  }
}
