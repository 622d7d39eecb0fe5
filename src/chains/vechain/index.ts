import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { addressOf } from '../common/ethereum-address.js'
import { decodePrivateKey, encodePrivateKey } from '../common/hex-private-key.js'
import { secp256k1Keys } from '../common/secp256k1-keys.js'
import { definitions } from './definition.js'
import { vechainTransactions } from './transactions.js'

/** `xpub…`, on the testnet too. */
const XPUB_VERSION = 0x0488b21e

/** @throws KeywardError CHAIN_UNKNOWN for a code that this family does not have. */
export function loadVechain(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not VeChain`)
  const keys = secp256k1Keys({
    definition,
    xpubVersion: () => XPUB_VERSION,
    addressOf,
    encodePrivateKey,
    decodePrivateKey,
  })
  return { definition, keys, transactions: vechainTransactions(definition, keys) }
}
