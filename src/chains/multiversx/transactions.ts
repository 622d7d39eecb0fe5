import type { ChainDefinition, ChainTransactions, PrepareInput } from '../../core/chain.js'
import { isKnownTransaction } from '../common/known-transaction.js'
import { decodePlan } from './decode.js'
import { preparePlan } from './prepare.js'
import { meaningOf } from './rejection.js'
import { readRequest } from './request.js'
import type { MultiversxRequest } from './request.js'
import { signTransaction } from './sign.js'
import { verifyTransaction } from './verify.js'

export const multiversxTransactions = (definition: ChainDefinition): ChainTransactions<MultiversxRequest> => ({
  read: readRequest,
  accounts: accountsOf,
  prepare: preparePlan,
  decode: (plan) => decodePlan(definition, plan),
  sign: signTransaction,
  verify: verifyTransaction,
  find: (txId, lookups) => isKnownTransaction(`/v3/egld/transaction/${txId}`, txId, lookups),
  rejection: meaningOf,
})

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
