import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessObject } from '../common/lossless-json.js'
import { firstSigner } from '../common/single-signer.js'
import { jsonAgrees } from './json-agrees.js'
import { readTransaction } from './transaction.js'
import type { TronTransaction } from './transaction.js'

/** A transaction as a node made it: everything is fixed, it only lacks the signature. */
export interface TronRequest extends TransactionRequest {
  /** The JSON as it was handed over; the signature is added to it and nothing else changes. */
  readonly json: string
  /** What is hashed, in lower-case hexadecimal. */
  readonly rawData: string
  readonly transaction: TronTransaction
}

/** Four times what the API's schema lets through to a broadcast; a deployment, the largest kind, has its code twice in here. */
const MAX_LENGTH = 200_000

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function readRequest(pending: PendingTransaction): TronRequest {
  const json = pending.serializedTransaction.trim()
  if (json.length > MAX_LENGTH) throw malformed('is too long')
  const fields = parseLosslessObject(json)
  if (fields.has('signature')) throw malformed('is signed already')
  const rawData = hexadecimal(fields, 'raw_data_hex')
  const transaction = readTransaction(Buffer.from(rawData, 'hex'))
  if (hexadecimal(fields, 'txID') !== transaction.hash.toString('hex')) {
    throw malformed('has a "txID" that is not the hash of its "raw_data_hex"')
  }
  if (!jsonAgrees(fields.get('raw_data'), transaction)) {
    throw malformed('shows other contents in "raw_data" than "raw_data_hex" has')
  }
  return { signers: [firstSigner(pending)], json, rawData, transaction }
}

function hexadecimal(fields: LosslessObject, name: string): string {
  const value = fields.get(name)
  if (typeof value === 'string' && value.length % 2 === 0 && /^[0-9a-f]+$/i.test(value)) return value.toLowerCase()
  throw malformed(`has no hexadecimal "${name}"`)
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `the serialized transaction ${what}`)
