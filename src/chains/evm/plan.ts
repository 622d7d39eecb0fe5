import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { planBodyReader } from '../../core/signing-plan.js'
import type { SigningPlan } from '../../core/signing-plan.js'

const unsigned = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform((text) => BigInt(text))
const address = z.string().regex(/^0x[0-9a-f]{40}$/)
const accessList = z
  .array(z.strictObject({ address, storageKeys: z.array(z.string().regex(/^0x[0-9a-f]{64}$/)).readonly() }).readonly())
  .readonly()

const content = {
  chainId: unsigned,
  gas: unsigned,
  /** Absent: contract creation. */
  to: address.optional(),
  value: unsigned,
  data: z
    .string()
    .regex(/^0x[0-9a-f]*$/)
    .refine((text) => text.length % 2 === 0),
}

/** Body of an Ethereum plan. The nonce is not in here: it is the plan's account sequence. Unknown members are refused, not ignored. */
const bodySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('legacy'), ...content, gasPrice: unsigned }),
  z.strictObject({ type: z.literal('eip2930'), ...content, gasPrice: unsigned, accessList }),
  z.strictObject({
    type: z.literal('eip1559'),
    ...content,
    maxFeePerGas: unsigned,
    maxPriorityFeePerGas: unsigned,
    accessList,
  }),
  z.strictObject({
    type: z.literal('cip64'),
    ...content,
    /** Prices are in units of this token. */
    feeCurrency: address,
    maxFeePerGas: unsigned,
    maxPriorityFeePerGas: unsigned,
    accessList,
  }),
  z.strictObject({
    type: z.literal('kaia'),
    kind: z.enum([
      'VALUE_TRANSFER',
      'VALUE_TRANSFER_MEMO',
      'ACCOUNT_UPDATE',
      'SMART_CONTRACT_DEPLOY',
      'SMART_CONTRACT_EXECUTION',
      'CANCEL',
    ]),
    ...content,
    gasPrice: unsigned,
    accountKey: z
      .string()
      .regex(/^0x(01c0|03c0|02a10[23][0-9a-f]{64})$/)
      .optional(),
  }),
])

/** What is stored in the plan: amounts as decimal text, bytes as lower-case hexadecimal. */
type EvmPlanBody = z.input<typeof bodySchema>

/** A transaction with every field fixed. Amounts in wei; addresses and bytes in lower-case hexadecimal with 0x. */
export type EvmTransaction = z.output<typeof bodySchema> & { readonly nonce: bigint; readonly from: string }

type FeesOf<T> = T extends unknown ? Omit<T, keyof typeof content> : never
/** The members that differ by type, prices in wei. */
export type FixedFees = FeesOf<z.output<typeof bodySchema>>
/** The members that all types have. */
export type Content = Pick<EvmTransaction, keyof typeof content>

/** Body of a new plan. */
export function planBody(content: Content, fees: FixedFees): EvmPlanBody {
  const common = {
    chainId: content.chainId.toString(),
    gas: content.gas.toString(),
    ...(content.to === undefined ? {} : { to: content.to }),
    value: content.value.toString(),
    data: content.data,
  }
  if ('gasPrice' in fees) return { ...fees, ...common, gasPrice: fees.gasPrice.toString() }
  return {
    ...fees,
    ...common,
    maxFeePerGas: fees.maxFeePerGas.toString(),
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas.toString(),
  }
}

const readBody = planBodyReader(bodySchema)

/** @throws KeywardError TRANSACTION_MALFORMED when the plan is not one that this version writes. */
export function transactionOf(plan: SigningPlan): EvmTransaction {
  if (plan.account === undefined) throw new KeywardError('TRANSACTION_MALFORMED', 'the signing plan has no nonce')
  return { ...readBody(plan), nonce: BigInt(plan.account.sequence), from: withHexPrefix(plan.account.address) }
}

/** The one signer of an Ethereum plan. @throws KeywardError TRANSACTION_MALFORMED */
export function signerOf(plan: SigningPlan): SigningPlan['signers'][number] {
  const [signer] = plan.signers
  if (signer !== undefined && plan.signers.length === 1 && signer.address === plan.account?.address) return signer
  throw new KeywardError('TRANSACTION_MALFORMED', 'the signing plan does not have exactly one signer, its account')
}

/** The signer's address as transactions and nodes have it: with 0x, whatever people of the chain write before it. */
export const senderOf = (plan: SigningPlan): string => withHexPrefix(signerOf(plan).address)

/** As `senderOf`, for an address as the chain's keys write it. */
export const withHexPrefix = (address: string): string => `0x${address.slice(-40)}`

/** The most that the network takes for the gas of this transaction: in wei, or in units of the token that pays for it. */
export const maximumFee = (transaction: EvmTransaction): bigint =>
  transaction.gas * ('gasPrice' in transaction ? transaction.gasPrice : transaction.maxFeePerGas)
