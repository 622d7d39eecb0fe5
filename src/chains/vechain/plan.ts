import { z } from 'zod'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'

const unsigned = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform((text) => BigInt(text))
const bytes = (length: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * length}}$`))

const bodySchema = z.strictObject({
  chainTag: z.number().int().min(0).max(0xff),
  blockRef: bytes(8),
  /** Blocks after the one of `blockRef`. */
  expiration: z.number().int().min(0).max(0xffff_ffff),
  /** Absent: contract creation. */
  to: bytes(20).optional(),
  value: unsigned,
  data: z.string().regex(/^0x(?:[0-9a-f]{2})*$/),
  /** Raises the price of gas by so many 255ths. */
  gasPriceCoef: z.number().int().min(0).max(0xff),
  gas: unsigned,
  dependsOn: bytes(32).optional(),
  nonce: unsigned,
})

/** Body of a VeChain plan: amounts as decimal text, bytes as lower-case hexadecimal with 0x. */
export type VechainPlanBody = z.input<typeof bodySchema>
/** A transaction with every field fixed. Amounts in wei. */
export type VechainTransaction = z.output<typeof bodySchema>

/** @throws KeywardError TRANSACTION_MALFORMED when the plan is not one that this version writes. */
export const transactionOf: (plan: SigningPlan) => VechainTransaction = planBodyReader(bodySchema)

/** Number of the last block that may hold the transaction. */
export const lastBlock = ({ blockRef, expiration }: Pick<VechainTransaction, 'blockRef' | 'expiration'>): number =>
  Number.parseInt(blockRef.slice(2, 10), 16) + expiration
