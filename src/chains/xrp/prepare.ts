import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { signerOfRequest, singleSignerPlan } from '../common/single-signer.js'
import type { XrpPlanBody } from './plan.js'
import type { XrpRequest } from './request.js'

/**
 * The plan of a request. Everything was fixed by the requester, so the same request always gives the same plan; only whether the wallet owns the account is
 * found out here, which the reference did not do: it signed for any account, and the ledger refused.
 * @throws KeywardError SIGNER_MISMATCH, WALLET_*, BACKEND_*
 */
export async function preparePlan(input: PrepareInput<XrpRequest>, lookups: ChainLookups): Promise<SigningPlan> {
  const { unsigned, account, sequence } = input.request
  const signer = await signerOfRequest(input, lookups)
  if (signer.address !== account) {
    throw new KeywardError('SIGNER_MISMATCH', `the transaction is one of ${account}, the wallet is ${signer.address}`, {
      advice: 'Request the transaction with the signatureId of the wallet that holds the account.',
    })
  }
  const used = sequence === undefined ? undefined : { address: account, sequence: sequence.toString() }
  return singleSignerPlan(input, signer, used, { unsigned } satisfies XrpPlanBody)
}
