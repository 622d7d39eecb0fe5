import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { onlySigner } from '../common/single-signer.js'
import { isAddress } from './address.js'

const digits = z.string().regex(/^(0|[1-9]\d{0,77})$/)
const small = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const bodySchema = z.strictObject({
  to: z.string().refine(isAddress),
  /** Smallest units. */
  value: digits,
  /** Base64; empty when there is none. */
  data: z.base64(),
  gasPrice: small,
  gasLimit: small,
  chainId: z.string().regex(/^[0-9A-Za-z-]{1,32}$/),
  version: z.number().int().min(1).max(2),
})
export type MultiversxPlanBody = z.input<typeof bodySchema>
export const bodyOf = planBodyReader(bodySchema)

/** All that is signed. */
export interface UnsignedTransaction extends MultiversxPlanBody {
  readonly nonce: number
  readonly sender: string
}

/** @throws KeywardError TRANSACTION_MALFORMED */
export function unsignedOf(plan: SigningPlan): UnsignedTransaction {
  const { address } = onlySigner(plan)
  const nonce = Number(plan.account?.sequence)
  if (Number.isSafeInteger(nonce) && plan.account?.address === address)
    return { ...bodyOf(plan), nonce, sender: address }
  throw new KeywardError('TRANSACTION_MALFORMED', 'the signing plan has no nonce of its signer')
}
