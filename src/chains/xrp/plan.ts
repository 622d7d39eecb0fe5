import { z } from 'zod'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'

/** Body of an XRP plan: the bytes that are signed, but for key and signature. What an approver sees is decoded from them. */
const bodySchema = z.strictObject({ unsigned: z.string().regex(/^(?:[0-9A-F]{2})+$/) })
export type XrpPlanBody = z.input<typeof bodySchema>

const readBody = planBodyReader(bodySchema)

/** The transaction without key and signature, as upper-case hexadecimal. @throws KeywardError TRANSACTION_MALFORMED */
export const unsignedOf = (plan: SigningPlan): string => readBody(plan).unsigned
