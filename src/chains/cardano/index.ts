import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { definitions } from './definition.js'
import { cardanoKeys } from './keys.js'
import { cardanoTransactions } from './transactions.js'

/** @throws KeywardError CHAIN_UNKNOWN for a code that this family does not have. */
export function loadCardano(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not Cardano`)
  return { definition, keys: cardanoKeys, transactions: cardanoTransactions(definition) }
}
