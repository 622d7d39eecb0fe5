import type { ChainDefinition, ChainTransactions } from '../../core/chain.js'
import { isKnownTransaction } from '../common/known-transaction.js'
import { decodePlan } from './decode.js'
import { isExpired } from './expired.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { XrpRequest } from './request.js'
import { signTransaction } from './sign.js'
import { verifyTransaction } from './verify.js'

export const xrpTransactions = (definition: ChainDefinition): ChainTransactions<XrpRequest> => ({
  read: readRequest,
  accounts: ({ request }) => [request.account],
  prepare: preparePlan,
  decode: (plan) => decodePlan(definition, plan),
  sign: signTransaction,
  verify: verifyTransaction,
  find: (txId, lookups) => isKnownTransaction(`/v3/${definition.apiPath}/transaction/${txId}`, txId, lookups),
  expired: (plan, lookups, { txId }) => isExpired(plan, txId, lookups),
  rejection: meaningOf,
})
