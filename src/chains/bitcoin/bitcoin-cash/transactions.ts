import type { ChainTransactions } from '../../../core/chain.js'
import type { BitcoinDefinition } from '../definition.js'
import type { BitcoinRequest } from '../request.js'
import type { BareInput } from '../serialized-transaction.js'
import { familyTransactions } from '../transactions.js'
import { assignByPosition } from './positional-signers.js'
import { cashReader } from './serialized-transaction.js'
import { signCashInput } from './sign-input.js'
import { checkSchnorrInTurn, verifyCashInputs } from './verify-inputs.js'

/** Bitcoin Cash: another form of request, signers by position, another signature hash, Schnorr signatures. Everything else is the family's. */
export function bitcoinCashTransactions(definition: BitcoinDefinition): ChainTransactions<BitcoinRequest<BareInput>> {
  return familyTransactions(definition, {
    readSerialized: cashReader(definition),
    assign: (input, lookups) => assignByPosition(definition, input, lookups),
    signInput: signCashInput,
    verifyInputs: verifyCashInputs,
    checkInBackground: checkSchnorrInTurn,
  })
}
