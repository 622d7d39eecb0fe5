import { z } from 'zod'
import { planBodyReader } from '../../core/signing-plan.js'

const amount = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform((text) => BigInt(text))
const uint32 = z.number().int().min(0).max(0xffffffff)
const script = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => Buffer.from(text, 'hex'))

const bodySchema = z.strictObject({
  version: z.number().int().min(1).max(0x7fffffff),
  lockTime: uint32,
  inputs: z
    .array(
      z.strictObject({
        txId: z.string().regex(/^[0-9a-f]{64}$/),
        vout: uint32,
        sequence: uint32,
        /** Smallest units; of the spent output. */
        value: amount,
        script,
        /** Place in the plan's list of signers. */
        signer: z.number().int().min(0),
      }),
    )
    .min(1),
  outputs: z.array(z.strictObject({ value: amount, script })).min(1),
})

/** Everything that is signed, and by whom. */
export type PlanBody = z.output<typeof bodySchema>
/** The same as it is stored: amounts as decimal text, scripts as hexadecimal. */
export type StoredPlanBody = z.input<typeof bodySchema>

export const readPlanBody = planBodyReader(bodySchema)
