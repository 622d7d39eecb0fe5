import { createHash } from 'node:crypto'
import { encodeRlp, minimalBytes } from '../common/rlp.js'
import type { RlpItem } from '../common/rlp.js'

/*
 * What is signed on Flow, https://developers.flow.com/build/cadence/basics/transactions: the proposer and the authorizer sign the payload, the payer signs the
 * envelope, which is the payload with their signatures. Messages are RLP behind a tag of 32 bytes; a transaction's id is the hash of its RLP without the tag.
 */

/** Addresses are 16 hexadecimal digits, ids 64. */
export interface FlowTransaction {
  readonly script: string
  /** JSON-Cadence, each argument one text. */
  readonly arguments: readonly string[]
  readonly referenceBlockId: string
  readonly gasLimit: number
  readonly proposer: { readonly address: string; readonly keyIndex: number; readonly sequenceNumber: bigint }
  readonly payer: string
  readonly authorizer: string
}

export interface AccountSignature {
  readonly address: string
  readonly keyIndex: number
  /** r and s, 32 bytes each. */
  readonly signature: Uint8Array
}

export interface Signatures {
  readonly payload: readonly AccountSignature[]
  readonly envelope: readonly AccountSignature[]
}

const TAG = Buffer.alloc(32)
TAG.write('FLOW-V0.0-transaction', 'ascii')

const fromHex = (digits: string): Buffer => Buffer.from(digits, 'hex')
const number = (value: number): Buffer => minimalBytes(BigInt(value))

/** What proposer and authorizer sign. */
export const payloadMessage = (transaction: FlowTransaction): Buffer =>
  Buffer.concat([TAG, encodeRlp(payloadFields(transaction))])

/** What the payer signs. */
export const envelopeMessage = (transaction: FlowTransaction, payload: readonly AccountSignature[]): Buffer =>
  Buffer.concat([TAG, encodeRlp([payloadFields(transaction), signatureFields(transaction, payload)])])

/** 64 hexadecimal digits. */
export function transactionId(transaction: FlowTransaction, { payload, envelope }: Signatures): string {
  const lists = [payload, envelope].map((signatures) => signatureFields(transaction, signatures))
  return sha3(encodeRlp([payloadFields(transaction), ...lists])).toString('hex')
}

export const sha3 = (data: Uint8Array): Buffer => createHash('sha3-256').update(data).digest()

function payloadFields(transaction: FlowTransaction): RlpItem {
  const { script, referenceBlockId, gasLimit, proposer, payer, authorizer } = transaction
  return [
    Buffer.from(script, 'utf8'),
    transaction.arguments.map((argument) => Buffer.from(argument, 'utf8')),
    fromHex(referenceBlockId),
    number(gasLimit),
    fromHex(proposer.address),
    number(proposer.keyIndex),
    minimalBytes(proposer.sequenceNumber),
    fromHex(payer),
    [fromHex(authorizer)],
  ]
}

/** Signatures name their account by its place among proposer, payer and authorizers, and stand in that order. */
function signatureFields(
  { proposer, payer, authorizer }: FlowTransaction,
  signatures: readonly AccountSignature[],
): RlpItem {
  const accounts = [...new Set([proposer.address, payer, authorizer])]
  return signatures
    .map(({ address, ...rest }) => ({ place: accounts.indexOf(address), ...rest }))
    .toSorted((one, other) => one.place - other.place || one.keyIndex - other.keyIndex)
    .map(({ place, keyIndex, signature }) => [number(place), number(keyIndex), signature])
}
