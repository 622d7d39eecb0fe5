import type { ChainTransactions } from '../../core/chain.js'
import { isKnownTransaction } from '../common/known-transaction.js'
import { decodePlan } from './decode.js'
import type { StellarDefinition } from './definition.js'
import { isExpired } from './expired.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { StellarRequest } from './request.js'
import { signTransaction } from './sign.js'
import { verifyTransaction } from './verify.js'

export const stellarTransactions = (definition: StellarDefinition): ChainTransactions<StellarRequest> => ({
  read: (pending, network) => readRequest(definition, pending, network),
  accounts: ({ request }) => [request.source],
  prepare: preparePlan,
  decode: (plan) => decodePlan(definition, plan),
  sign: (plan, keyOf) => signTransaction(definition, plan, keyOf),
  verify: (plan, signed) => verifyTransaction(definition, plan, signed),
  find: (txId, lookups) => isKnownTransaction(`/v3/${definition.apiPath}/transaction/${txId}`, txId, lookups),
  expired: (plan, lookups) => isExpired(definition, plan, lookups),
  rejection: meaningOf,
})
