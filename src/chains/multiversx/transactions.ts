import type { ChainDefinition, ChainTransactions, PrepareInput } from '../../core/chain.js'
import { systemClock } from '../../core/clock.js'
import type { Clock } from '../../core/clock.js'
import { isKnownTransaction } from '../common/known-transaction.js'
import { decodePlan } from './decode.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { MultiversxRequest } from './request.js'
import { signTransaction } from './sign.js'
import { UsedUpNonces } from './used-up-nonces.js'
import { verifyTransaction } from './verify.js'

/** @param clock tells how long a nonce has been used up; nothing else depends on it. */
export function multiversxTransactions(
  definition: ChainDefinition,
  clock: Clock = systemClock,
): ChainTransactions<MultiversxRequest> {
  const usedUp = new UsedUpNonces(clock)
  return {
    read: readRequest,
    accounts: accountsOf,
    prepare: preparePlan,
    decode: (plan) => decodePlan(definition, plan),
    sign: signTransaction,
    verify: verifyTransaction,
    find: (txId, lookups) => isKnownTransaction(`/v3/egld/transaction/${txId}`, txId, lookups),
    expired: (plan, lookups) => usedUp.isLost(plan, lookups),
    rejection: meaningOf,
  }
}

/**
 * The sender may be left out, and without the secret nobody knows the address of a mnemonic's child: so the key by its wallet and index, and the address where it is
 * given. A wallet of one key has no index, whatever the transaction names.
 */
function accountsOf({ request, wallets }: PrepareInput<MultiversxRequest>): readonly string[] {
  const keys = request.signers.map(({ signatureId, index }) =>
    wallets.get(signatureId)?.kind === 'mnemonic' && index !== undefined ? `${signatureId}/${index}` : signatureId,
  )
  return request.from === undefined ? keys : [...keys, request.from]
}
