import { createHash } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1'
import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { onlySigner } from '../common/single-signer.js'
import { payloadMessage, sha3 } from './encoding.js'
import { bodyOf, transactionOf } from './plan.js'
import { wireTransaction } from './wire.js'

/** What a transaction is called whose id is not known yet, because it takes in the signatures of others. */
export const PROVISIONAL = 'payload:'

/**
 * Signs the payload for the authorizer. Deterministic (RFC 6979). Unlike elsewhere s is left as it comes: Flow takes both halves of the order, and the reference's
 * bytes have both. libsecp256k1 makes the lower half only, so this is noble's work (docs/adr/0021-flow.md).
 * @throws KeywardError SIGNER_MISMATCH
 */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const transaction = transactionOf(plan)
  const { address, keyIndex, hashAlgorithm } = bodyOf(plan).authorizer
  const signer = onlySigner(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key is ${key.address}, the plan's ${signer.address}`)
  }
  const message = payloadMessage(transaction)
  const hash = hashAlgorithm === 'SHA3_256' ? sha3(message) : createHash('sha256').update(message).digest()
  const signature = secp256k1.sign(hash, key.privateKey, { lowS: false, prehash: false }).toBytes('compact')
  const signatures = { payload: [{ address, keyIndex, signature }], envelope: [] }
  return {
    raw: JSON.stringify(wireTransaction(transaction, signatures)),
    txId: PROVISIONAL + sha3(message).toString('hex'),
  }
}
