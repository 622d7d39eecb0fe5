import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signRecoverable } from '../common/secp256k1.js'
import { onlySigner } from '../common/single-signer.js'
import { readPlan } from './plan.js'

/** Signs a plan: deterministic, since ECDSA takes its nonce from key and hash (RFC 6979). @throws KeywardError SIGNER_MISMATCH */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const { json, transaction } = readPlan(plan)
  const signer = onlySigner(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address || key.address !== transaction.owner) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${transaction.owner}`)
  }
  const { signature, recoveryId } = signRecoverable(transaction.hash, key.privateKey)
  return { raw: withSignature(json, signature, recoveryId), txId: transaction.hash.toString('hex') }
}

/** The JSON as it came, with one member more. Written as the reference writes it: the last byte in capitals. */
function withSignature(json: string, signature: Uint8Array, recoveryId: number): string {
  const v = (27 + recoveryId).toString(16).toUpperCase()
  return `${json.slice(0, -1).trimEnd()},"signature":["${Buffer.from(signature).toString('hex')}${v}"]}`
}
