import type { ChainDefinition, ChainKeys, ChainTransactions } from '../../core/chain.js'
import { systemClock } from '../../core/clock.js'
import type { Clock } from '../../core/clock.js'
import { flowCosigning } from './cosign.js'
import { decodePlan } from './decode.js'
import { preparePlan } from './prepare.js'
import { readRequest } from './request.js'
import type { FlowRequest } from './request.js'
import { signTransaction } from './sign.js'
import { isExpired, isKnown, meaningOf, submitTransaction } from './submit.js'
import { verifyTransaction } from './verify.js'

/** @param clock paces repeated questions; nothing else depends on it. */
export function flowTransactions(
  definition: ChainDefinition,
  keys: Pick<ChainKeys, 'address'>,
  clock: Clock = systemClock,
): ChainTransactions<FlowRequest> {
  return {
    read: readRequest,
    // Each transaction has a proposing key of its own, so the network keeps no order; a requester may count on it.
    accounts: ({ request }) => [request.authorizer],
    prepare: (input, lookups) => preparePlan(keys, input, lookups),
    decode: (plan) => decodePlan(definition, plan),
    sign: signTransaction,
    verify: verifyTransaction,
    cosigning: flowCosigning(),
    submit: (plan, signed, lookups, sentBefore) => submitTransaction(plan, signed, sentBefore, lookups, clock),
    find: isKnown,
    expired: isExpired,
    rejection: meaningOf,
  }
}
