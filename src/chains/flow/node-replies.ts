import { z } from 'zod'

/*
 * What an access node answers, as far as it is looked at: https://developers.flow.com/http-api. Numbers come as text, bytes in base64, ids and addresses in hexadecimal.
 */

const decimal = z.string().regex(/^(0|[1-9]\d{0,19})$/)
const hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^(0x)?[0-9a-f]{${digits}}$`, 'i'))
    .transform((text) => text.slice(-digits).toLowerCase())
const keyIndex = decimal.transform(Number).pipe(z.number().int().max(0xffff_ffff))

export const parametersReply = z.object({ chain_id: z.string() })
export const blocksReply = z.tuple([
  z.object({
    header: z.object({
      id: hex(64),
      height: decimal.transform(Number).pipe(
        z
          .number()
          .int()
          .max(2 ** 48),
      ),
    }),
  }),
])
export const accountReply = z.object({
  address: hex(16),
  keys: z.array(
    z.object({
      index: keyIndex,
      sequence_number: decimal.transform(BigInt),
      public_key: hex(128).optional(),
      signing_algorithm: z.string().optional(),
      hashing_algorithm: z.string().optional(),
      weight: decimal.optional(),
      revoked: z.boolean().optional(),
    }),
  ),
})
export const sentReply = z.object({ id: hex(64) })
export const resultReply = z.object({
  status: z.string(),
  status_code: z.number().int(),
  error_message: z.string().nullish(),
})
export const transactionReply = z.object({
  script: z.base64(),
  arguments: z.array(z.base64()),
  reference_block_id: hex(64),
  gas_limit: decimal,
  payer: hex(16),
  proposal_key: z.object({ address: hex(16), key_index: decimal, sequence_number: decimal }),
  authorizers: z.array(hex(16)),
})

export type AccountKey = z.output<typeof accountReply>['keys'][number]
export type NodeTransaction = z.output<typeof transactionReply>
