import { z } from 'zod'
import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { issueText } from '../common/issue-text.js'
import { firstWallet } from '../common/single-signer.js'
import { parseStrictJson } from '../common/strict-json.js'
import { isAddress } from './address.js'
import { decodeFields, encodeFields } from './codec.js'
import { COMMON_FIELDS, sameContent, TYPES } from './fields.js'
import type { XrpFields } from './fields.js'
import { splitFields } from './wire.js'

/** A transaction with everything fixed by the requester but key and signature. */
export interface XrpRequest extends TransactionRequest {
  /** The transaction without key and signature, as upper-case hexadecimal. */
  readonly unsigned: string
  readonly account: string
  /** Absent: the transaction uses up a ticket and can be used out of order. */
  readonly sequence?: number
}

/** Far above what a transaction of the ledger may have. */
const MAX_LENGTH = 50_000
const uint32 = z.number().int().min(0).max(0xffffffff)

/** Members of all types; the others are compared with what the codec made of them. */
const schema = z
  .looseObject({
    TransactionType: z.string().refine((type) => TYPES.has(type), 'not a type that is supported'),
    Account: z.string().refine(isAddress, 'not a classic address'),
    Fee: z.string().regex(/^(0|[1-9]\d{0,17})$/, 'not an amount in drops'),
    Sequence: uint32,
    TicketSequence: uint32.min(1).optional(),
    LastLedgerSequence: uint32.min(1).optional(),
    Destination: z.string().refine(isAddress, 'not a classic address').optional(),
  })
  .refine(({ Sequence, TicketSequence }) => (Sequence === 0) === (TicketSequence !== undefined), {
    message: 'either it or a TicketSequence must be given',
    path: ['Sequence'],
  })

/** Members of a transaction that somebody else has signed, or signs with. */
const SIGNED = ['TxnSignature', 'SigningPubKey', 'Signers']
/** Members that would make it another ledger's transaction, another account's, or part of another one. */
const UNSUPPORTED = ['NetworkID', 'Delegate', 'BatchSigners', 'RawTransactions']

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function readRequest(pending: PendingTransaction): XrpRequest {
  const fields = presentMembers(parseStrictJson(pending.serializedTransaction, MAX_LENGTH))
  refuseUnsupported(fields)
  const parsed = schema.safeParse(fields)
  if (!parsed.success) throw malformed(issueText(parsed.error))
  const { Account: account, Sequence: sequence, TransactionType: type } = parsed.data
  checkMembers(type, fields)
  return {
    signers: [firstWallet(pending)],
    unsigned: encodeExactly(fields),
    account,
    ...(sequence === 0 ? {} : { sequence }),
  }
}

function presentMembers(value: unknown): XrpFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('it is not a JSON object')
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}

function refuseUnsupported(fields: XrpFields): void {
  const signed = SIGNED.find((name) => Object.hasOwn(fields, name))
  if (signed !== undefined) throw unsupported(`it has a "${signed}", so it is signed already or by several`)
  const other = UNSUPPORTED.find((name) => Object.hasOwn(fields, name))
  if (other !== undefined) throw unsupported(`"${other}" is not supported`)
  const type = fields['TransactionType']
  if (typeof type === 'string' && !TYPES.has(type)) {
    throw unsupported(`"${remoteText(type).slice(0, 40)}" is not a type of transaction that is signed here`)
  }
}

function checkMembers(type: string, fields: XrpFields): void {
  const { required = [], optional = [] } = TYPES.get(type) ?? {}
  const missing = required.find((name) => !Object.hasOwn(fields, name))
  if (missing !== undefined) throw malformed(`a ${type} needs "${missing}"`)
  const known = [...COMMON_FIELDS, ...required, ...optional]
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) throw malformed(`a ${type} has no "${remoteText(unknown).slice(0, 40)}"`)
}

/** Bytes that say what was given, no more and no less: they are read again by the codec and by the verifier's parser. */
function encodeExactly(fields: XrpFields): string {
  const unsigned = encodeFields(fields)
  const decoded = decodeFields(unsigned)
  const different = Object.keys(fields).find((name) => !sameContent(fields[name], decoded[name], name))
  if (different !== undefined) throw malformed(`"${different}" is not in the form that the ledger writes`)
  if (Object.keys(decoded).length !== Object.keys(fields).length || encodeFields(decoded) !== unsigned) {
    throw malformed('its content is ambiguous')
  }
  if (splitFields(Buffer.from(unsigned, 'hex')) === undefined) throw unsupported('a field of it cannot be verified')
  return unsigned
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `serializedTransaction cannot be read: ${what}`)

const unsupported = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_UNSUPPORTED', `the transaction cannot be signed: ${what}`)
