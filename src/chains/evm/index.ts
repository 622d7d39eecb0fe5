import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import type { EvmDefinition } from './definition.js'
import { definitions } from './definitions.js'
import { evmKeys } from './keys.js'
import { evmTransactions } from './transactions.js'

/** @throws KeywardError CHAIN_UNKNOWN for a code that this family does not have. */
export function loadEvm(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not an Ethereum-like chain`)
  return evmChain(definition)
}

/** The definition is all that makes a chain of this family. */
export function evmChain(definition: EvmDefinition): Chain {
  const keys = evmKeys(definition)
  return { definition, keys, transactions: evmTransactions(definition, keys) }
}
