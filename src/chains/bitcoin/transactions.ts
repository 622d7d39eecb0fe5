import type { ChainTransactions } from '../../core/chain.js'
import { decodePlan } from './decode.js'
import type { BitcoinDefinition } from './definition.js'
import { findTransaction, meaningOfRejection } from './network.js'
import { preparePlan } from './prepare.js'
import { readRequest } from './request.js'
import type { BitcoinRequest } from './request.js'
import { serializedReader } from './serialized-transaction.js'
import type { Outpoint, UnsignedTransaction } from './serialized-transaction.js'
import { signPlan } from './sign.js'
import { verifySigned, verifySignedInBackground } from './verify.js'

export function bitcoinTransactions(definition: BitcoinDefinition): ChainTransactions<BitcoinRequest> {
  const readSerialized = serializedReader(definition)
  return {
    read: (pending) => readRequest(pending, readSerialized),
    accounts: ({ request }) => outpointsOf(request.transaction),
    prepare: (input) => Promise.resolve().then(() => preparePlan(definition, input)),
    decode: (plan, wallets) => decodePlan(definition, plan, wallets),
    sign: (plan, keyOf) => signPlan(definition, plan, keyOf),
    verify: (plan, signed) => verifySigned(definition, plan, signed),
    verifyInBackground: (plan, signed) => verifySignedInBackground(definition, plan, signed),
    find: (txId, lookups) => findTransaction(definition, txId, lookups),
    rejection: meaningOfRejection,
  }
}

/**
 * The outputs that a transaction spends and makes. Two transactions that share one must keep their order: they compete for it, or one spends the other's
 * change. Transactions that share none, of one wallet or of many, go side by side.
 */
function outpointsOf({ txId, inputs, outputs }: UnsignedTransaction): string[] {
  const name = (outpoint: Outpoint): string => `${outpoint.txId}:${outpoint.vout}`
  return [...inputs.map(name), ...outputs.map((_, vout) => name({ txId, vout }))]
}
