import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { definitions } from './definition.js'
import { solanaKeys } from './keys.js'
import { solanaTransactions } from './transactions.js'

/** @throws KeywardError CHAIN_UNKNOWN for a code that this family does not have. */
export function loadSolana(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not a chain of the Solana family`)
  return { definition, keys: solanaKeys(definition), transactions: solanaTransactions(definition) }
}
