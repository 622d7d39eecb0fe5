import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { readBody } from './body.js'
import type { TransactionBody } from './body.js'
import type { Unsigned } from './unsigned.js'

const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/)

const bodySchema = z.strictObject({
  /** The body of the transaction as the API made it: what is hashed and signed, and what an approver's view is decoded from. */
  unsigned: hex,
  /** What surrounds it when it is sent. */
  parts: z.union([z.literal(3), z.literal(4)]),
  remembered: hex.optional(),
  /** Addresses that are spent from. The body names outputs of earlier transactions only. */
  from: z.array(z.string()).min(1),
})
export type CardanoPlanBody = z.input<typeof bodySchema>

export const readPlanBody = planBodyReader(bodySchema)

/** @throws KeywardError TRANSACTION_MALFORMED */
export function unsignedOf(plan: SigningPlan): Unsigned {
  const { unsigned, parts, remembered } = readPlanBody(plan)
  return {
    body: Buffer.from(unsigned, 'hex'),
    form: { parts, ...(remembered === undefined ? {} : { remembered: Buffer.from(remembered, 'hex') }) },
  }
}

/** What the bytes say. @throws KeywardError TRANSACTION_MALFORMED */
export function transactionOf(plan: SigningPlan): TransactionBody {
  const body = readBody(unsignedOf(plan).body)
  if (body !== undefined) return body
  throw new KeywardError('TRANSACTION_MALFORMED', 'the transaction of the signing plan cannot be read')
}
