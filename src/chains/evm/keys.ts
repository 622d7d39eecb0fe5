import type { ChainKeys } from '../../core/chain.js'
import { secp256k1Keys } from '../common/secp256k1-keys.js'
import { addressOf } from '../common/ethereum-address.js'
import type { EvmDefinition } from './definition.js'
import { decodePrivateKey, encodePrivateKey } from '../common/hex-private-key.js'

/** `xpub…`, on testnets too. */
const XPUB_VERSION = 0x0488b21e

/** Keys are the same on all Ethereum-like chains; only the derivation path differs, and the letters before an address. */
export const evmKeys = (definition: EvmDefinition): ChainKeys =>
  secp256k1Keys({
    definition,
    xpubVersion: () => XPUB_VERSION,
    addressOf: (publicKey) => addressOf(publicKey).replace(/^0x/, definition.addressPrefix ?? '0x'),
    encodePrivateKey,
    decodePrivateKey,
  })
