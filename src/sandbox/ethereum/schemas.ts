import { isAddress } from 'ethers/address'
import { z } from 'zod'
import { signatureIdSchema } from '../../core/ids.js'
import { amountText, integerText } from '../amounts.js'
import { indexSchema } from '../schemas.js'

export const ETHER_DECIMALS = 18
const GWEI_DECIMALS = 9

/** 0x and 40 hexadecimal digits; mixed case must be a correct checksum (EIP-55). */
export const ethereumAddress = z
  .string()
  .length(42)
  .refine((text) => text.startsWith('0x') && isAddress(text), 'must be an Ethereum address')

/** Whole gwei as text; becomes wei. */
export const gasPriceText = integerText.transform((gwei) => gwei * 10n ** BigInt(GWEI_DECIMALS))

export const hashParam = z.object({
  hash: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, 'must be a transaction hash')
    .transform((text) => text.toLowerCase()),
})

const nonceSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Body of `POST /v3/ethereum/transaction` with a signatureId. */
export const paymentRequestSchema = z.object({
  to: ethereumAddress,
  amount: amountText(ETHER_DECIMALS),
  currency: z.string().min(2).max(40),
  signatureId: signatureIdSchema,
  index: indexSchema.optional(),
  nonce: nonceSchema.optional(),
  data: z.string().max(50_000).optional(),
  fee: z.object({ gasLimit: integerText, gasPrice: gasPriceText }).optional(),
})
