import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { cborArray, cborBytes } from './cbor-writer.js'
import { signExtended } from './extended-key.js'
import { blake2b256 } from './hashes.js'
import { unsignedOf } from './plan.js'
import { writeSigned } from './unsigned.js'

/** Signs the hash of the body, as it came, with every key of the plan. Deterministic. @throws KeywardError SIGNER_MISMATCH before anything is signed */
export function signPlan(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const unsigned = unsignedOf(plan)
  const digest = blake2b256(unsigned.body)
  const keys = plan.signers.map((signer) => {
    const key = keyOf(signer)
    if (key.address === signer.address) return key
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  })
  const witnesses = keys.map(({ privateKey, publicKey }) =>
    cborArray([cborBytes(publicKey), cborBytes(signExtended(digest, privateKey, publicKey))]),
  )
  return { raw: writeSigned(unsigned, witnesses).toString('hex'), txId: digest.toString('hex') }
}
