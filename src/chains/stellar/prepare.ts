import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { signerOfRequest, singleSignerPlan } from '../common/single-signer.js'
import type { StellarPlanBody } from './plan.js'
import type { StellarRequest } from './request.js'
import { publicKeyOf } from './strkey.js'

/**
 * The plan of a request. Everything was fixed by the requester, so the same request always gives the same plan.
 * @throws KeywardError SIGNER_MISMATCH, TRANSACTION_UNSUPPORTED, WALLET_*, BACKEND_*
 */
export async function preparePlan(input: PrepareInput<StellarRequest>, lookups: ChainLookups): Promise<SigningPlan> {
  const { envelope, source, sequence, hints } = input.request
  const signer = await signerOfRequest(input, lookups)
  const hint = publicKeyOf(signer.address)?.subarray(-4).toString('hex')
  if (hint === undefined) throw new KeywardError('WALLET_CORRUPT', 'the address of the wallet is not one of Stellar')
  if (hints.includes(hint)) {
    // A second one would make the network refuse the whole transaction.
    throw new KeywardError(
      'TRANSACTION_UNSUPPORTED',
      `the transaction carries a signature of ${signer.address} already`,
    )
  }
  const account = { address: source, sequence }
  return singleSignerPlan(input, signer, account, { envelope } satisfies StellarPlanBody)
}
