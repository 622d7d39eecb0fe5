import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { issueText } from '../common/issue-text.js'
import { JsonNumber, LosslessObject, parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'
import { firstWallet } from '../common/single-signer.js'
import { addressOf } from './address.js'
import { encodeTransaction } from './encode.js'
import { transactionSchema, TYPES } from './fields.js'
import type { AlgorandTransaction } from './fields.js'
import { GENESIS } from './network.js'

/** A transaction with everything fixed by the requester but the signature. */
export interface AlgorandRequest extends TransactionRequest {
  /** The canonical bytes of the transaction, as lower-case hexadecimal. */
  readonly unsigned: string
  /** Address of the account that pays. */
  readonly sender: string
}

/** Far above what a transaction needs: a note of 1024 bytes takes about 9000 characters. */
const MAX_LENGTH = 50_000

/** Members that change what the transaction means and are not signed here; the reference left the first one out and signed the rest. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['reKeyTo', 'it hands the account over to another key, after which no wallet here could sign for it'],
  ['group', 'it takes effect only together with others, which cannot be seen here'],
  ['nonParticipation', 'taking part in consensus is not supported'],
])

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function readRequest(pending: PendingTransaction, network: Network): AlgorandRequest {
  const members = membersOf(pending.serializedTransaction)
  refuseUnsupported(members)
  const parsed = transactionSchema.safeParse(members)
  if (!parsed.success) throw malformed(issueText(parsed.error))
  checkNetwork(parsed.data, network)
  return {
    signers: [firstWallet(pending)],
    unsigned: encodeTransaction(parsed.data).toString('hex'),
    sender: addressOf(parsed.data.from),
  }
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_LENGTH) throw malformed('it is too long')
  return plainObject(parseLosslessObject(text))
}

/** `null` counts as absent. */
function plainObject(object: LosslessObject): Record<string, unknown> {
  if (object.has('__proto__')) throw malformed('it has a member that no transaction has')
  return Object.fromEntries([...object].flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)]])))
}

/** Whole numbers as bigint; any other number as NaN, which no member may be. */
function plain(value: LosslessValue): unknown {
  if (value instanceof LosslessObject) return plainObject(value)
  if (value instanceof JsonNumber) return /^\d{1,20}$/.test(value.text) ? BigInt(value.text) : Number.NaN
  return Array.isArray(value) ? value.map(plain) : value
}

function refuseUnsupported(members: Readonly<Record<string, unknown>>): void {
  for (const [name, reason] of UNSUPPORTED) {
    if (Object.hasOwn(members, name)) throw unsupported(`"${name}": ${reason}`)
  }
  const { type } = members
  if (typeof type === 'string' && !TYPES.includes(type)) {
    throw unsupported(`"${remoteText(type).slice(0, 40)}" is not a type of transaction that is signed here`)
  }
}

/** The reference did not look: what it signed for the other network was refused by this one, and anybody could have sent it there. */
function checkNetwork({ genesisID, genesisHash }: AlgorandTransaction, network: Network): void {
  const { id, hash } = GENESIS[network]
  if ((genesisID ?? id) === id && Buffer.from(genesisHash).toString('hex') === hash) return
  throw new KeywardError('TRANSACTION_MALFORMED', `the transaction does not belong to Algorand ${network}`, {
    advice:
      'Its genesis id and hash are those of another network. Request it on the network that this process signs for.',
  })
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `serializedTransaction cannot be read: ${what}`)

const unsupported = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_UNSUPPORTED', `the transaction cannot be signed: ${what}`)
