import { base58 as scureBase58 } from '@scure/base'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { verifyEd25519 } from '../common/ed25519.js'
import { transactionOf } from './plan.js'

/*
 * The check between signing and the journal: what do these bytes say, and who signed them? It finds its way by offsets of its own, and takes base58 and
 * the curve from other libraries than the code that made the bytes.
 */

const SIGNATURE = 64
const KEY = 32
/** From the version byte, if any: signatures, readonly signed, readonly unsigned. */
const HEADER = 3

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const planned = transactionOf(plan).bytes
  const bytes = Buffer.from(raw, 'base64')
  if (bytes.toString('base64') !== raw) throw failed('the encoding')
  const count = bytes[0] ?? 0
  const content = bytes.subarray(1 + SIGNATURE * count)
  if (count === 0 || count > 127 || !content.equals(planned)) throw failed('the message')
  const keys = keysOf(content, count)
  const signing = new Set([...plan.signers.map(({ address }) => address), ...cosigners(plan)])
  if (signing.size !== keys.length) throw failed('the number of signatures')
  keys.forEach((key, place) => {
    if (!signing.has(scureBase58.encode(key))) throw failed('a signer')
    const signature = bytes.subarray(1 + SIGNATURE * place, 1 + SIGNATURE * (place + 1))
    if (!verifyEd25519(content, key, signature)) throw failed(`the signature of ${scureBase58.encode(key)}`)
  })
  if (txId !== scureBase58.encode(bytes.subarray(1, 1 + SIGNATURE))) throw failed('the transaction id')
}

/** The first keys of the message, as many as its header says must sign. */
function keysOf(content: Buffer, count: number): Buffer[] {
  const start = (content[0] ?? 0) >= 0x80 ? 1 : 0
  const length = content[start + HEADER] ?? 0
  // Beyond 127 keys the length takes a second byte; a transaction has no room for so many.
  const at = start + HEADER + 1
  if (content[start] !== count || length > 127 || count > length || at + length * KEY > content.length) {
    throw failed('the number of signatures')
  }
  return Array.from({ length: count }, (_, place) => content.subarray(at + place * KEY, at + (place + 1) * KEY))
}

const cosigners = (plan: SigningPlan): string[] => Object.keys(transactionOf(plan).body.cosignatures)

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
