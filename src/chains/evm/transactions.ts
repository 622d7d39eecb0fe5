import type { ChainKeys, ChainTransactions } from '../../core/chain.js'
import { systemClock } from '../../core/clock.js'
import type { Clock } from '../../core/clock.js'
import { decodePlan } from './decode.js'
import type { EvmDefinition } from './definition.js'
import { isKnown } from './lookups.js'
import { EvmPlanner } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { EvmRequest } from './request.js'
import { signTransaction } from './sign.js'
import { UsedUpNonces } from './used-up-nonces.js'
import { verifyTransaction } from './verify.js'

/** @param clock tells how old a look-up is; nothing else depends on it. */
export function evmTransactions(
  definition: EvmDefinition,
  keys: Pick<ChainKeys, 'address'>,
  clock: Clock = systemClock,
): ChainTransactions<EvmRequest> {
  const planner = new EvmPlanner(definition, keys, clock)
  const usedUp = new UsedUpNonces(definition, clock)
  return {
    read: (pending, network) => readRequest(definition, pending, network),
    accounts: (input) => [planner.signer(input).address],
    warmUp: async (input, lookups) => {
      // Most earlier plans are given back as they are, round after round while an approver thinks: nothing is asked for them.
      if (input.previous === undefined) await planner.facts(input, lookups)
    },
    prepare: (input, lookups) => planner.plan(input, lookups),
    decode: (plan) => decodePlan(definition, plan),
    sign: signTransaction,
    verify: verifyTransaction,
    find: (txId, lookups) => isKnown(definition, txId, lookups),
    expired: (plan, lookups) => usedUp.isLost(plan, lookups),
    rejection: meaningOf,
  }
}
