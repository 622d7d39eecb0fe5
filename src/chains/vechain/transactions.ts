import type { ChainKeys, ChainTransactions } from '../../core/chain.js'
import { decodePlan } from './decode.js'
import type { VechainDefinition } from './definition.js'
import { block, isKnown } from './lookups.js'
import { lastBlock, transactionOf } from './plan.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { VechainRequest } from './request.js'
import { signTransaction } from './sign.js'
import { verifyTransaction } from './verify.js'

export function vechainTransactions(
  definition: VechainDefinition,
  keys: Pick<ChainKeys, 'address'>,
): ChainTransactions<VechainRequest> {
  return {
    read: (pending, network) => readRequest(definition, pending, network),
    // A nonce here is no sequence number: transactions of one account do not wait for one another.
    accounts: () => [],
    prepare: (input, lookups) => preparePlan(definition, keys, input, lookups),
    decode: (plan) => decodePlan(definition, plan),
    sign: signTransaction,
    verify: verifyTransaction,
    find: isKnown,
    expired: async (plan, lookups) => (await block('finalized', lookups)).number > lastBlock(transactionOf(plan)),
    rejection: meaningOf,
  }
}
