import type { ChainDefinition, ChainTransactions } from '../../core/chain.js'
import { decodePlan } from './decode.js'
import { isExpired, isKnown } from './lookups.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { CardanoRequest } from './request.js'
import { signPlan } from './sign.js'
import { verifySigned } from './verify.js'

export const cardanoTransactions = (definition: ChainDefinition): ChainTransactions<CardanoRequest> => ({
  read: readRequest,
  // Two transactions that spend one output compete for it. One that spends another's change can only be asked for when that one has its id, so when it is out.
  accounts: ({ request }) => request.operations.inputs.map(({ txId, index }) => `${txId}:${index}`),
  prepare: preparePlan,
  decode: (plan, wallets) => decodePlan(definition, plan, wallets),
  sign: signPlan,
  verify: verifySigned,
  find: isKnown,
  expired: isExpired,
  rejection: meaningOf,
})
