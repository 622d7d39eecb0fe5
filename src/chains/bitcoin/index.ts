import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { definitions } from './definition.js'
import { bitcoinKeys } from './keys.js'
import { bitcoinTransactions } from './transactions.js'

export { parseTransaction, verifyInputs } from './verifier/index.js'
export type { ParsedTransaction, Prevout } from './verifier/index.js'

/** @throws KeywardError CHAIN_UNKNOWN for a chain of another family. */
export function loadBitcoin(code: ChainCode): Chain {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not a chain of the Bitcoin family`)
  return { definition, keys: bitcoinKeys(definition), transactions: bitcoinTransactions(definition) }
}
