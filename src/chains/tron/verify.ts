import { sha256 } from '@noble/hashes/sha2'
import { z } from 'zod'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { recoverConfirmed } from '../common/second-recovery.js'
import { onlySigner } from '../common/single-signer.js'
import { addressOf } from './address.js'
import { readPlan } from './plan.js'

/*
 * The check between signing and the journal. Hash and curve are noble's here, not those of the code that signed. What the bytes mean was read
 * from the plan, and these are the plan's bytes to the last digit; recovery proves that the owner signed them.
 */

/** r, s and 1b or 1c. */
const SIGNATURE = /^([0-9a-f]{128})(1b|1c)$/i
const signedSchema = z.object({
  txID: z.string(),
  raw_data_hex: z.string(),
  signature: z.tuple([z.string().regex(SIGNATURE)]),
})

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const { json, rawData, transaction } = readPlan(plan)
  const { txID, raw_data_hex: bytes, signature } = parse(raw)
  if (bytes.toLowerCase() !== rawData) throw failed('the content')
  const before = json.slice(0, -1).trimEnd()
  if (raw !== `${before},"signature":["${signature[0]}"]}`) throw failed('what is sent beside the content')
  const hash = sha256(Buffer.from(bytes, 'hex'))
  if (txId !== Buffer.from(hash).toString('hex') || txID.toLowerCase() !== txId) throw failed('the transaction id')
  const sender = senderOf(hash, signature[0])
  if (sender !== onlySigner(plan).address || sender !== transaction.owner) throw failed('the signer')
}

function parse(raw: string): z.output<typeof signedSchema> {
  try {
    return signedSchema.parse(JSON.parse(raw))
  } catch {
    throw failed('the form')
  }
}

function senderOf(hash: Uint8Array, text: string): string | undefined {
  const [, compact = '', v = ''] = SIGNATURE.exec(text) ?? []
  const recoveryId = v.toLowerCase() === '1b' ? 0 : 1
  const publicKey = recoverConfirmed(hash, { signature: Buffer.from(compact, 'hex'), recoveryId })
  return publicKey === undefined ? undefined : addressOf(publicKey)
}

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed transaction does not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
