import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'

/*
 * Numbers as the API and nodes answer them.
 */

const whole = z
  .union([z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), z.string().regex(/^\d{1,78}$/)])
  .transform((value) => BigInt(value))

/** A JSON number or its digits as text. */
export const wholeNumberReply = whole
/** 100,000 gwei for a unit of gas. A price of the coin beyond this is a mistake, or a lie, that would cost the requester. */
const MAX_PRICE_WEI = 10n ** 14n
const isPrice = (wei: bigint): boolean => wei > 0n && wei <= MAX_PRICE_WEI
/** `{ "medium": wei }`, among other members. */
export const feeReply = z.object({ medium: whole.refine(isPrice) })
/** `0x` and digits, as JSON-RPC writes quantities. */
export const quantityReply = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform((text) => BigInt(text))
export const positiveQuantityReply = quantityReply.refine((quantity) => quantity > 0n)
/** Wei for a unit of gas. */
export const priceReply = quantityReply.refine(isPrice)
/** As `priceReply`; there may be nothing to pay on top of the base fee. */
export const tipReply = quantityReply.refine((wei) => wei === 0n || isPrice(wei))
/** A block of a network with a fee market (EIP-1559). */
export const baseFeeReply = z.object({ baseFeePerGas: priceReply })
/** The gas station's prices in gwei, of which the same holds. A price that is missing is left to the chain's minimum. */
export const gasStationReply = z.object({ fast: z.object({ maxFee: z.number().positive().max(100_000).optional() }) })
/** A transaction by its hash; the API merges it with its receipt, on most chains. */
export const transactionReply = z
  .union([z.object({ transactionHash: z.string() }), z.object({ hash: z.string() })])
  .transform((reply) => ('transactionHash' in reply ? reply.transactionHash : reply.hash))

/** @throws KeywardError API_REPLY_MALFORMED naming what was asked for. */
export function parseReply<T extends z.ZodType>(schema: T, reply: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw new KeywardError('API_REPLY_MALFORMED', `the API's answer for ${what} is not understood`, {
    advice:
      'The transaction waits and is tried again. If this stays, check the address of the API and its status page.',
  })
}
