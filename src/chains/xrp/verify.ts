import { secp256k1 } from '@noble/curves/secp256k1'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { verifyEd25519 } from '../common/ed25519.js'
import { onlySigner } from '../common/single-signer.js'
import { addressOf, encodeAddress } from './address.js'
import { sha512Half, signingPayload, transactionId } from './hashes.js'
import { unsignedOf } from './plan.js'
import { splitFields } from './wire.js'
import type { WireField } from './wire.js'

/*
 * The check between signing and the journal. The codec made the bytes; here they are divided by our own parser, and the signature is checked by another
 * library than the one that made it.
 */

/** Type and code of the fields that are looked at. */
const FIELD = { sequence: 0x0204, publicKey: 0x0703, signature: 0x0704, account: 0x0801 } as const
const ED25519_PREFIX = 0xed

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  if (!/^(?:[0-9A-F]{2})+$/.test(raw)) throw failed('the encoding')
  const bytes = Buffer.from(raw, 'hex')
  const fields = splitFields(bytes)
  if (fields === undefined || !isSorted(fields)) throw failed('the encoding')
  const content = join(fields, [FIELD.publicKey, FIELD.signature])
  if (content.toString('hex').toUpperCase() !== unsignedOf(plan)) throw failed('the content')
  checkAccount(plan, fields)
  const publicKey = contentOf(fields, FIELD.publicKey)
  if (addressOf(publicKey) !== onlySigner(plan).address) throw failed('the public key')
  const payload = signingPayload(join(fields, [FIELD.signature]))
  if (!isSignature(payload, publicKey, contentOf(fields, FIELD.signature))) throw failed('the signature')
  if (txId !== transactionId(bytes)) throw failed('the transaction id')
}

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })

/** Fields are sorted and none is there twice, so one transaction has one text. */
const isSorted = (fields: readonly WireField[]): boolean =>
  fields.every(({ id }, place) => place === 0 || id > (fields[place - 1]?.id ?? id))

const join = (fields: readonly WireField[], without: readonly number[]): Buffer =>
  Buffer.concat(fields.flatMap(({ id, bytes }) => (without.includes(id) ? [] : [bytes])))

function contentOf(fields: readonly WireField[], id: number): Buffer {
  const field = fields.find((candidate) => candidate.id === id)
  if (field === undefined) throw failed('a field that is missing')
  return field.content
}

/** The account that pays is the signer, and its sequence number the one that the journal counts by. */
function checkAccount(plan: SigningPlan, fields: readonly WireField[]): void {
  const account = encodeAddress(contentOf(fields, FIELD.account))
  if (account !== onlySigner(plan).address) throw failed('the account')
  const sequence = contentOf(fields, FIELD.sequence).readUInt32BE().toString()
  const planned = plan.account
  if (sequence !== (planned?.sequence ?? '0')) throw failed('the sequence number')
  if (planned !== undefined && planned.address !== account) throw failed('the account')
}

function isSignature(payload: Buffer, publicKey: Buffer, signature: Buffer): boolean {
  if (publicKey[0] === ED25519_PREFIX) return verifyEd25519(payload, publicKey.subarray(1), signature)
  try {
    return secp256k1.verify(signature, sha512Half(payload), publicKey, { format: 'der', prehash: false, lowS: true })
  } catch {
    // The library throws for a signature that is not DER.
    return false
  }
}
