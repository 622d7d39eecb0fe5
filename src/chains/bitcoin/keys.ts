import type { ChainKeys } from '../../core/chain.js'
import { secp256k1Keys } from '../common/secp256k1-keys.js'
import { addressOfPublicKey } from './address.js'
import type { BitcoinDefinition } from './definition.js'
import { decodeWif, encodeWif } from './wif.js'

export function bitcoinKeys(definition: BitcoinDefinition): ChainKeys {
  return secp256k1Keys({
    definition,
    xpubVersion: (network) => definition.networks[network].xpubVersion,
    addressOf: (publicKey, network) => addressOfPublicKey(definition, network, publicKey),
    encodePrivateKey: (key, network) => encodeWif(key, definition.networks[network].wifVersion),
    decodePrivateKey: (text, network) => decodeWif(text, definition.networks[network].wifVersion),
  })
}
