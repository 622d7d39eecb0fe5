import { z } from 'zod'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { FlowTransaction } from './encoding.js'

const address = z.string().regex(/^[0-9a-f]{16}$/)
const keyIndex = z.number().int().min(0).max(0xffff_ffff)

const bodySchema = z.strictObject({
  script: z.string().min(1),
  /** JSON-Cadence, each argument one text. */
  arguments: z.array(z.string().min(1)),
  /** The transaction lives for a number of blocks after this one. */
  referenceBlock: z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/), height: z.number().int().min(0) }),
  gasLimit: z.number().int().min(1).max(9999),
  /** An account of Tatum's. Its key is on loan until the transaction has ended; its sequence number is used up. */
  proposer: z.strictObject({ address, keyIndex, sequenceNumber: z.string().regex(/^(0|[1-9]\d{0,19})$/) }),
  /** An account of Tatum's. It pays the fee. */
  payer: z.strictObject({ address, keyIndex }),
  /** The wallet's account, and the place and hash of the wallet's key there. */
  authorizer: z.strictObject({ address, keyIndex, hashAlgorithm: z.enum(['SHA3_256', 'SHA2_256']) }),
})

/** Body of a Flow plan. Addresses without 0x. */
export type FlowPlanBody = z.output<typeof bodySchema>

/** @throws KeywardError TRANSACTION_MALFORMED when the plan is not one that this version writes. */
export const bodyOf: (plan: SigningPlan) => FlowPlanBody = planBodyReader(bodySchema)

/** The transaction that a plan makes, as it is encoded. */
export function transactionOf(plan: SigningPlan): FlowTransaction {
  const { script, referenceBlock, gasLimit, proposer, payer, authorizer, ...rest } = bodyOf(plan)
  return {
    script,
    arguments: rest.arguments,
    referenceBlockId: referenceBlock.id,
    gasLimit,
    proposer: { ...proposer, sequenceNumber: BigInt(proposer.sequenceNumber) },
    payer: payer.address,
    authorizer: authorizer.address,
  }
}
