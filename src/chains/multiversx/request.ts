import { z } from 'zod'
import { parseUnits } from '../../core/amount.js'
import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { issueText } from '../common/issue-text.js'
import { JsonNumber, parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessValue, LosslessObject } from '../common/lossless-json.js'
import { firstSigner } from '../common/single-signer.js'
import { isAddress } from './address.js'

/** A transaction before the node fills in nonce, gas and network. */
export interface MultiversxRequest extends TransactionRequest {
  /** Absent: the account of the wallet. */
  readonly from?: string
  readonly to: string
  /** Smallest units, 10^-18 EGLD. */
  readonly value: bigint
  /** UTF-8 text; empty when there is none. */
  readonly data: string
}

const DECIMALS = 18
const MAX_LENGTH = 200_000
const address = z.string().refine(isAddress, 'not an address')

/** Gas price and limit may be given and are not used, as in the reference: the node says both. */
const schema = z.strictObject({
  // The requester's library writes 0 for a sender that it was not given.
  from: z.preprocess((value) => (value === '0' || value === '' ? undefined : value), address.optional()),
  to: address,
  value: z.string().max(60).optional(),
  data: z
    .string()
    .refine((text) => Buffer.from(text, 'utf8').toString('utf8') === text, 'not a text')
    .optional(),
  gasPrice: z.string().optional(),
  gasLimit: z.string().optional(),
})

/** @throws KeywardError TRANSACTION_MALFORMED */
export function readRequest(pending: PendingTransaction): MultiversxRequest {
  if (pending.serializedTransaction.length > MAX_LENGTH) throw malformed('it is too long')
  const parsed = schema.safeParse(membersOf(parseLosslessObject(pending.serializedTransaction)))
  if (!parsed.success) throw malformed(issueText(parsed.error))
  const { from, to, value, data = '' } = parsed.data
  return {
    signers: [firstSigner(pending)],
    ...(from === undefined ? {} : { from }),
    to,
    value: valueOf(value, data),
    data,
  }
}

/**
 * The reference signs the text NaN for a value that is not given, which its requesters leave out of token operations: those pay no EGLD, and mean zero. Without data
 * a missing value can only be a mistake. Negative values, which the reference turned into zero, are refused.
 */
function valueOf(value: string | undefined, data: string): bigint {
  if (value !== undefined) return parseUnits(value, DECIMALS)
  if (data !== '') return 0n
  throw malformed('value: a payment needs it')
}

/** Numbers keep their digits, as text; `null` counts as absent. */
function membersOf(object: LosslessObject): Readonly<Record<string, unknown>> {
  if (object.has('__proto__')) throw malformed('it has a member that no transaction has')
  const plain = (value: LosslessValue): unknown => (value instanceof JsonNumber ? value.text : value)
  return Object.fromEntries([...object].flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)]])))
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `serializedTransaction cannot be read: ${what}`)
