import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signRecoverable } from '../common/secp256k1.js'
import { hex, keccak256 } from '../common/keccak.js'
import { signerOf, transactionOf } from './plan.js'
import { signedBytes, signingPayload } from './serialize.js'

/** Signs a plan: deterministic, since ECDSA takes its nonce from key and hash (RFC 6979). @throws KeywardError SIGNER_MISMATCH */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const transaction = transactionOf(plan)
  const signer = signerOf(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  }
  const { signature, recoveryId } = signRecoverable(keccak256(signingPayload(transaction)), key.privateKey)
  const raw = signedBytes(transaction, { r: signature.subarray(0, 32), s: signature.subarray(32), yParity: recoveryId })
  return { raw: hex(raw), txId: hex(keccak256(raw)) }
}
