import type { Chain } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { ChainCode } from '../../core/ids.js'
import { definitions } from './definition.js'
import type { BitcoinDefinition } from './definition.js'
import { bitcoinKeys } from './keys.js'
import { bitcoinTransactions } from './transactions.js'

export { parseTransaction, verifyInputs } from './verifier/index.js'
export type { ParsedTransaction, Prevout } from './verifier/index.js'

/** @throws KeywardError CHAIN_UNKNOWN for a chain of another family. */
export async function loadBitcoin(code: ChainCode): Promise<Chain> {
  const definition = definitions.find((candidate) => candidate.code === code)
  if (definition === undefined) throw new KeywardError('CHAIN_UNKNOWN', `${code} is not a chain of the Bitcoin family`)
  return { definition, keys: bitcoinKeys(definition), transactions: await transactionsOf(definition) }
}

async function transactionsOf(definition: BitcoinDefinition): Promise<Chain['transactions']> {
  switch (definition.dialect) {
    case 'bitcoin':
      return bitcoinTransactions(definition)
    case 'bitcoin-cash':
      // Its signatures are checked by a library that no other chain of the family needs.
      return (await import('./bitcoin-cash/transactions.js')).bitcoinCashTransactions(definition)
  }
}
