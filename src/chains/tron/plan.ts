import { z } from 'zod'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { readTransaction } from './transaction.js'
import type { TronTransaction } from './transaction.js'

const bodySchema = z
  .strictObject({
    /** The transaction as the node made it, without a signature. */
    json: z.string().regex(/^\{[^]+\}$/),
    rawData: z.string().regex(/^(?:[0-9a-f]{2})+$/),
  })
  .transform(({ json, rawData }) => ({ json, rawData, transaction: readTransaction(Buffer.from(rawData, 'hex')) }))

export interface TronPlan {
  readonly json: string
  /** What is hashed and signed, in lower-case hexadecimal. */
  readonly rawData: string
  /** Read from `rawData` alone. */
  readonly transaction: TronTransaction
}

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export const readPlan: (plan: SigningPlan) => TronPlan = planBodyReader(bodySchema)
