import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signEd25519 } from '../common/ed25519.js'
import { onlySigner } from '../common/single-signer.js'
import type { StellarDefinition } from './definition.js'
import { hashOf, readEnvelope, withSignature } from './envelope.js'
import { envelopeOf } from './plan.js'

/** Adds our signature to a plan's envelope. Deterministic, as Ed25519 is. @throws KeywardError SIGNER_MISMATCH, TRANSACTION_UNSUPPORTED */
export function signTransaction(
  definition: StellarDefinition,
  plan: SigningPlan,
  keyOf: (signer: Signer) => SigningKey,
): SignedTransaction {
  const signer = onlySigner(plan)
  const envelope = readEnvelope(envelopeOf(plan), definition.passphrase[plan.network])
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  }
  const hash = hashOf(envelope)
  const raw = withSignature(envelope, key.publicKey, signEd25519(hash, key.privateKey))
  return { raw, txId: hash.toString('hex') }
}
