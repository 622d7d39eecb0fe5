import { createHash } from 'node:crypto'
import { z } from 'zod'
import { KeywardError } from './errors.js'
import { chainCodeSchema, digestSchema, pendingIdSchema, signatureIdSchema } from './ids.js'
import type { Digest } from './ids.js'
import { canonicalJson } from './json.js'
import type { JsonObject } from './json.js'
import { MAX_INDEX } from './pending-transaction.js'

const jsonObjectSchema = z.record(z.string(), z.json()).transform((value): JsonObject => value)

/** A key that signs: the wallet, the child index for wallets that have children, and the address that key must have. */
export const signerSchema = z.object({
  signatureId: signatureIdSchema,
  index: z.number().int().min(0).max(MAX_INDEX).optional(),
  address: z.string().min(1),
})
export type Signer = z.output<typeof signerSchema>

/**
 * A transaction with every open input fixed (nonce, fee, chain id, previous outputs). Signing the same plan always gives the same bytes, so a plan
 * is what gets approved, stored and signed. `body` belongs to the chain: amounts in it are decimal text in smallest units.
 */
export const signingPlanSchema = z.object({
  version: z.literal(1),
  pendingId: pendingIdSchema,
  chain: chainCodeSchema,
  network: z.enum(['mainnet', 'testnet']),
  /** Digest of the request this plan was made for. */
  requestDigest: digestSchema,
  withdrawalId: z.string().optional(),
  signers: z.array(signerSchema).min(1),
  /** Account chains: the account and the sequence number (nonce) that this transaction uses up, as decimal text. */
  account: z.object({ address: z.string(), sequence: z.string().regex(/^\d+$/) }).optional(),
  body: jsonObjectSchema,
})
export type SigningPlan = z.output<typeof signingPlanSchema>

/** What an approval is bound to: SHA-256 over a fixed tag and the canonical JSON of the plan. */
export function planDigest(plan: SigningPlan): Digest {
  return digestSchema.parse(createHash('sha256').update('keyward-plan-v1\0').update(canonicalJson(plan)).digest('hex'))
}

/**
 * Parses a plan's body once per plan object, however often decode, sign and verify ask for it.
 * @throws KeywardError TRANSACTION_MALFORMED when the body is not what this version of the chain writes.
 */
export function planBodyReader<T extends z.ZodType>(schema: T): (plan: SigningPlan) => z.output<T> {
  const parsed = new WeakMap<SigningPlan, z.output<T>>()
  return (plan) => {
    const known = parsed.get(plan)
    if (known !== undefined) return known
    const result = schema.safeParse(plan.body)
    if (!result.success) {
      throw new KeywardError(
        'TRANSACTION_MALFORMED',
        `the stored signing plan of ${plan.pendingId} cannot be read by this version`,
        {
          advice:
            'Run the version of Keyward that made the plan until this transaction is completed, refused or failed.',
        },
      )
    }
    parsed.set(plan, result.data)
    return result.data
  }
}
