import { z } from 'zod'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'

/** Body of a Stellar plan: the envelope as it was requested, in base64. What an approver sees is decoded from it. */
const bodySchema = z.strictObject({ envelope: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/) })
export type StellarPlanBody = z.input<typeof bodySchema>

const readBody = planBodyReader(bodySchema)

/** @throws KeywardError TRANSACTION_MALFORMED */
export const envelopeOf = (plan: SigningPlan): string => readBody(plan).envelope
