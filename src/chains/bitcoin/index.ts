import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode, Network } from '../../core/ids.js'
import { addressOfScript, scriptOfAddress } from './address.js'
import { definitions } from './definition.js'
import type { BitcoinDefinition } from './definition.js'
import { bitcoinKeys } from './keys.js'
import { bitcoinTransactions } from './transactions.js'

export { parseTransaction, verifyInputs } from './verifier/index.js'
export type { ParsedTransaction, Prevout } from './verifier/index.js'

/** @throws KeywardError CHAIN_UNKNOWN for a chain of another family. */
export function loadBitcoin(code: ChainCode): Chain {
  const definition = definitionOf(code)
  return { definition, keys: bitcoinKeys(definition), transactions: bitcoinTransactions(definition) }
}

/** Addresses and output scripts of one chain and network, for a ledger that has to answer for them. */
export interface BitcoinAddresses {
  /** @throws KeywardError TRANSACTION_MALFORMED for a text that is no address of this chain and network. */
  scriptOf(address: string): Buffer
  /** `undefined` for a script that has no address. */
  addressOf(script: Buffer): string | undefined
}

export function bitcoinAddresses(code: ChainCode, network: Network): BitcoinAddresses {
  const definition = definitionOf(code)
  return {
    scriptOf: (address) => scriptOfAddress(definition, network, address),
    addressOf: (script) => addressOfScript(definition, network, script),
  }
}

function definitionOf(code: ChainCode): BitcoinDefinition {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition !== undefined) return definition
  throw new KeywardError('CHAIN_UNKNOWN', `${code} is not a chain of the Bitcoin family`)
}
