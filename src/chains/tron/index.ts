import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { definitions } from './definition.js'
import { tronKeys } from './keys.js'
import { tronTransactions } from './transactions.js'

/** @throws KeywardError CHAIN_UNKNOWN for a code that this family does not have. */
export function loadTron(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not TRON`)
  const keys = tronKeys(definition)
  return { definition, keys, transactions: tronTransactions(definition, keys) }
}
