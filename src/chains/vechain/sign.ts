import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signRecoverable } from '../common/secp256k1.js'
import { onlySigner } from '../common/single-signer.js'
import { blake2b256, encodeTransaction, transactionId } from './encoding.js'
import { transactionOf } from './plan.js'

/** Signs a plan: deterministic, since ECDSA takes its nonce from key and hash (RFC 6979). @throws KeywardError SIGNER_MISMATCH */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const transaction = transactionOf(plan)
  const signer = onlySigner(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  }
  const hash = blake2b256(encodeTransaction(transaction))
  const { signature, recoveryId } = signRecoverable(hash, key.privateKey)
  const raw = encodeTransaction(transaction, Buffer.concat([signature, Buffer.of(recoveryId)]))
  return { raw: `0x${raw.toString('hex')}`, txId: transactionId(hash, key.address) }
}
