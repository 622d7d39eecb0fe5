import { z } from 'zod'
import { signatureIdSchema } from '../../core/ids.js'
import { amountNumber, amountText } from '../amounts.js'
import { indexSchema } from '../schemas.js'

const DECIMALS = 8
const address = z.string().min(1).max(110)
const MAX_SOURCES = 10_000

/**
 * Body of `POST /v3/bitcoin/transaction` with signatureIds. Mind that `index` is the derivation index in `fromAddress` and the output's number in
 * `fromUTXO`, where the derivation index is `signatureIdIndex`.
 */
export const paymentRequestSchema = z
  .object({
    fromAddress: z
      .array(z.object({ address, signatureId: signatureIdSchema, index: indexSchema.optional() }))
      .max(MAX_SOURCES)
      .optional(),
    fromUTXO: z
      .array(
        z.object({
          txHash: z
            .string()
            .regex(/^[0-9a-fA-F]{64}$/)
            .transform((text) => text.toLowerCase()),
          index: z.number().int().min(0).max(0xffffffff),
          signatureId: signatureIdSchema,
          signatureIdIndex: indexSchema.optional(),
        }),
      )
      .max(MAX_SOURCES)
      .optional(),
    to: z
      .array(z.object({ address, value: amountNumber(DECIMALS) }))
      .min(1)
      .max(MAX_SOURCES),
    fee: amountText(DECIMALS).optional(),
    changeAddress: address.optional(),
  })
  .refine(({ fee, changeAddress }) => (fee === undefined) === (changeAddress === undefined), {
    message: 'fee and changeAddress belong together: provide both or none',
    path: ['changeAddress'],
  })

export type PaymentRequest = z.output<typeof paymentRequestSchema>
