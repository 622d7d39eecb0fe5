import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { signerOfRequest, singleSignerPlan } from '../common/single-signer.js'
import type { AlgorandPlanBody } from './plan.js'
import type { AlgorandRequest } from './request.js'

/**
 * The plan of a request. Everything was fixed by the requester, so the same request always gives the same plan. Only whether the wallet owns the account is found out
 * here: the reference signed for any account, which is of use only where an account was handed over to another key.
 * @throws KeywardError SIGNER_MISMATCH, WALLET_*, BACKEND_*
 */
export async function preparePlan(input: PrepareInput<AlgorandRequest>, lookups: ChainLookups): Promise<SigningPlan> {
  const { unsigned, sender } = input.request
  const signer = await signerOfRequest(input, lookups)
  if (signer.address !== sender) {
    throw new KeywardError('SIGNER_MISMATCH', `the transaction is one of ${sender}, the wallet is ${signer.address}`, {
      advice: 'Request the transaction with the signatureId of the wallet that holds the account.',
    })
  }
  return singleSignerPlan(input, signer, undefined, { unsigned } satisfies AlgorandPlanBody)
}
