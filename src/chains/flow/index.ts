import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { definitions } from './definition.js'
import { flowKeys } from './keys.js'
import { flowTransactions } from './transactions.js'

/** @throws KeywardError CHAIN_UNKNOWN for a code that this family does not have. */
export function loadFlow(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not Flow`)
  const keys = flowKeys(definition)
  return { definition, keys, transactions: flowTransactions(definition, keys) }
}
