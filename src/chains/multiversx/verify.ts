import { z } from 'zod'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { verifyEd25519 } from '../common/ed25519.js'
import { onlySigner } from '../common/single-signer.js'
import { addressBytes } from './address.js'
import { bodyOf } from './plan.js'
import { transactionId } from './transaction-id.js'

/* The check between signing and the journal: the engine's JSON reads and writes what our own template made, and another library checks the signature. */

const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const sentSchema = z.strictObject({
  nonce: whole,
  value: z.string(),
  receiver: z.string(),
  sender: z.string(),
  gasPrice: whole,
  gasLimit: whole,
  data: z.string().min(1).optional(),
  chainID: z.string(),
  version: whole,
  signature: z.string().regex(/^[0-9a-f]{128}$/),
})

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const { signature, ...content } = parse(raw)
  // Members keep the order in which they stand in the schema, so this is also a check of the order.
  if (JSON.stringify({ ...content, signature }) !== raw) throw failed('the encoding')
  checkContent(plan, content)
  const publicKey = addressBytes(content.sender)
  const bytes = Buffer.from(signature, 'hex')
  const message = Buffer.from(JSON.stringify(content), 'utf8')
  if (publicKey === undefined || !verifyEd25519(message, publicKey, bytes)) throw failed('the signature')
  const { receiver: to, chainID: chainId, data = '', ...rest } = content
  if (txId !== transactionId({ ...rest, to, chainId, data }, bytes)) throw failed('the transaction id')
}

type Sent = z.output<typeof sentSchema>

function parse(raw: string): Sent {
  try {
    return sentSchema.parse(JSON.parse(raw))
  } catch {
    throw failed('the encoding')
  }
}

function checkContent(plan: SigningPlan, content: Omit<Sent, 'signature'>): void {
  const { address } = onlySigner(plan)
  const body = bodyOf(plan)
  if (content.sender !== address || plan.account?.address !== address) throw failed('the sender')
  if (content.nonce.toString() !== plan.account.sequence) throw failed('the nonce')
  if (content.receiver !== body.to) throw failed('the recipient')
  if (content.value !== body.value) throw failed('the value')
  if ((content.data ?? '') !== body.data) throw failed('the data')
  if (content.gasPrice !== body.gasPrice || content.gasLimit !== body.gasLimit) throw failed('the gas')
  if (content.chainID !== body.chainId || content.version !== body.version) throw failed('the network')
}

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
