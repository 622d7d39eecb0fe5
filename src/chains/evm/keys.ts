import type { ChainKeys } from '../../core/chain.js'
import { secp256k1Keys } from '../common/secp256k1-keys.js'
import { addressOf } from '../common/ethereum-address.js'
import type { EvmDefinition } from './definition.js'
import { decodePrivateKey, encodePrivateKey } from '../common/hex-private-key.js'

/** `xpub…`, on testnets too. */
const XPUB_VERSION = 0x0488b21e

/** Keys and addresses are the same on all Ethereum-like chains; only the derivation path differs. */
export const evmKeys = (definition: EvmDefinition): ChainKeys =>
  secp256k1Keys({ definition, xpubVersion: () => XPUB_VERSION, addressOf, encodePrivateKey, decodePrivateKey })
