import type { ChainDefinition, ChainTransactions } from '../../core/chain.js'
import { decodePlan } from './decode.js'
import { isExpired, isKnown } from './lookups.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { AlgorandRequest } from './request.js'
import { signTransaction } from './sign.js'
import { verifyTransaction } from './verify.js'

export const algorandTransactions = (definition: ChainDefinition): ChainTransactions<AlgorandRequest> => ({
  read: readRequest,
  // The network keeps no order of its own, but a requester may count on it: an asset is opted into by one transaction and received by the next.
  accounts: ({ request }) => [request.sender],
  prepare: preparePlan,
  decode: (plan) => decodePlan(definition, plan),
  sign: signTransaction,
  verify: verifyTransaction,
  find: isKnown,
  expired: isExpired,
  rejection: meaningOf,
})
