import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { XrpPlanBody } from './plan.js'
import type { XrpRequest } from './request.js'

/**
 * The plan of a request. Everything was fixed by the requester, so the same request always gives the same plan; only whether the wallet owns the account is
 * found out here, which the reference did not do: it signed for any account, and the ledger refused.
 * @throws KeywardError SIGNER_MISMATCH, WALLET_*, BACKEND_*
 */
export async function preparePlan(input: PrepareInput<XrpRequest>, lookups: ChainLookups): Promise<SigningPlan> {
  const { pending, network, request } = input
  const { unsigned, account, sequence } = request
  const signer = await signerOf(input, lookups)
  if (signer.address !== account) {
    throw new KeywardError('SIGNER_MISMATCH', `the transaction is one of ${account}, the wallet is ${signer.address}`, {
      advice: 'Request the transaction with the signatureId of the wallet that holds the account.',
    })
  }
  const body: XrpPlanBody = { unsigned }
  return {
    version: 1,
    pendingId: pending.id,
    chain: pending.chain,
    network,
    requestDigest: requestDigest(pending),
    ...(pending.withdrawalId === undefined ? {} : { withdrawalId: pending.withdrawalId }),
    signers: [signer],
    ...(sequence === undefined ? {} : { account: { address: account, sequence: sequence.toString() } }),
    body,
  }
}

async function signerOf(
  { request, wallets }: PrepareInput<XrpRequest>,
  lookups: ChainLookups,
): Promise<SigningPlan['signers'][number]> {
  const [named] = request.signers
  const wallet = named && wallets.get(named.signatureId)
  if (wallet === undefined) throw new KeywardError('SIGNER_MISMATCH', 'the wallet of this transaction is not at hand')
  const { signatureId } = wallet
  // Keys that the reference tool imported have no address on record.
  return { signatureId, address: wallet.address ?? (await lookups.signerAddress({ signatureId })) }
}
