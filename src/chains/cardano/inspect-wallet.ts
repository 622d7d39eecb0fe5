import { KeywardError } from '../../core/errors.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { addressOfPublicKey } from './address.js'
import { openWallet, withAccount } from './open-wallet.js'

/** One sentence for each claim of the wallet that does not hold when it is derived anew. What a wallet does not claim is no problem. No sentence holds a secret. */
export function inspectWallet(wallet: ManagedWallet): readonly string[] {
  const { kind, network, xpub, address } = wallet.descriptor
  const secret = wallet.material[kind]
  if (kind === 'secret') return ['A wallet of ADA is a mnemonic or a private key, not a secret.']
  if (secret === undefined) return [`The wallet holds no ${kind}.`]
  try {
    if (kind === 'privateKey') {
      const source = openWallet(wallet)
      const own = addressOfPublicKey(source.key(undefined).publicKey, network)
      source.wipe()
      return address === undefined || address === own
        ? []
        : ['The address on record is not the one of the private key.']
    }
    const own = withAccount(secret, network, (account) => account.xpub)
    return xpub === undefined || xpub === own ? [] : ['The xpub on record is not the one of the mnemonic.']
  } catch (error) {
    if (error instanceof KeywardError) return [`The wallet cannot be used: ${error.message}.`]
    throw error
  }
}
