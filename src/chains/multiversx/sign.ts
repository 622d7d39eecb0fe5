import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signEd25519 } from '../common/ed25519.js'
import { onlySigner } from '../common/single-signer.js'
import { unsignedOf } from './plan.js'
import { serializeForSigning, withSignature } from './serialize.js'
import { transactionId } from './transaction-id.js'

/** Signs a plan. Deterministic, as Ed25519 is. @throws KeywardError SIGNER_MISMATCH */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const signer = onlySigner(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  }
  const transaction = unsignedOf(plan)
  const message = serializeForSigning(transaction)
  const signature = signEd25519(Buffer.from(message, 'ascii'), key.privateKey)
  return { raw: withSignature(message, signature.toString('hex')), txId: transactionId(transaction, signature) }
}
