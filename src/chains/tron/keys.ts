import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import { encodeBase58Check } from '../common/base58check.js'
import { decodePrivateKey, encodeBarePrivateKey } from '../common/hex-private-key.js'
import { secp256k1Keys } from '../common/secp256k1-keys.js'
import { addressOf } from './address.js'

const XPUB_VERSION = 0x0488b21e
/** Public key (33 bytes) and chain code (32), as early versions of the API's libraries wrote a TRON xpub. */
const HEX_XPUB = /^(0[23][0-9a-f]{64})([0-9a-f]{64})$/i
/** Depth, parent's fingerprint and index: not in the hexadecimal form, and nothing that a child depends on. */
const UNKNOWN_POSITION = '00'.repeat(9)

/** One key pair is one address on both networks. Private keys are 64 hexadecimal digits without 0x, and read with it too. */
export function tronKeys(definition: ChainDefinition): ChainKeys {
  const keys = secp256k1Keys({
    definition,
    xpubVersion: () => XPUB_VERSION,
    addressOf,
    encodePrivateKey: encodeBarePrivateKey,
    decodePrivateKey,
  })
  return {
    ...keys,
    address: (wallet, index) => keys.address(withBase58Xpub(wallet), index),
    inspect(wallet) {
      const { xpub, ...rest } = wallet.descriptor
      if (xpub === undefined || !HEX_XPUB.test(xpub)) return keys.inspect(wallet)
      // The two forms cannot be compared as text, but they have the same children or they do not.
      const own = keys.describe({ ...wallet, descriptor: rest }).xpub
      const same =
        own !== undefined &&
        keys.address({ ...rest, xpub: own }, 0) === keys.address(withBase58Xpub(wallet.descriptor), 0)
      const claim = `The xpub on record is not the one of the mnemonic on ${rest.network}.`
      return [...keys.inspect({ ...wallet, descriptor: rest }), ...(same ? [] : [claim])]
    },
  }
}

function withBase58Xpub(wallet: WalletDescriptor): WalletDescriptor {
  const [, publicKey, chainCode] = HEX_XPUB.exec(wallet.xpub ?? '') ?? []
  if (publicKey === undefined || chainCode === undefined) return wallet
  const version = XPUB_VERSION.toString(16).padStart(8, '0')
  const payload = Buffer.from(version + UNKNOWN_POSITION + chainCode + publicKey, 'hex')
  return { ...wallet, xpub: encodeBase58Check(payload).toString('ascii') }
}
