import type { ChainDefinition, ChainKeys, ChainTransactions } from '../../core/chain.js'
import { systemClock } from '../../core/clock.js'
import type { Clock } from '../../core/clock.js'
import { decodePlan } from './decode.js'
import { headTimeMs, isKnown } from './lookups.js'
import { readPlan } from './plan.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { TronRequest } from './request.js'
import { signTransaction } from './sign.js'
import { verifyTransaction } from './verify.js'

/** A block is final after two thirds of the 27 producers built on it, about a minute; this is enough for a chain that has trouble, too. */
const FINALITY_MS = 10 * 60_000

/** @param clock decides whether the network is asked for its time, and nothing else. */
export function tronTransactions(
  definition: ChainDefinition,
  keys: Pick<ChainKeys, 'address'>,
  clock: Clock = systemClock,
): ChainTransactions<TronRequest> {
  return {
    read: readRequest,
    // No sequence numbers: transactions of one account do not wait for one another.
    accounts: () => [],
    prepare: (input, lookups) => preparePlan(keys, clock, input, lookups),
    decode: (plan) => decodePlan(definition, plan),
    sign: signTransaction,
    verify: verifyTransaction,
    find: isKnown,
    expired: async (plan, lookups) =>
      (await headTimeMs(lookups)) >= readPlan(plan).transaction.expirationMs + FINALITY_MS,
    rejection: meaningOf,
  }
}
