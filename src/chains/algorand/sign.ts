import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signEd25519 } from '../common/ed25519.js'
import { onlySigner } from '../common/single-signer.js'
import { sha512t256 } from './address.js'
import { encodeBase32 } from './base32.js'
import { PREFIX, unsignedOf } from './plan.js'

/** A map of two members, `sig` with 64 bytes and `txn`: https://developer.algorand.org/docs/get-details/transactions/signatures/ */
const HEAD = Buffer.from('82a3736967c440', 'hex')
const MIDDLE = Buffer.from('a374786e', 'hex')

/** Signs a plan. Deterministic, as Ed25519 is. @throws KeywardError SIGNER_MISMATCH */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const signer = onlySigner(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  }
  const unsigned = unsignedOf(plan)
  const message = Buffer.concat([PREFIX, unsigned])
  const raw = Buffer.concat([HEAD, signEd25519(message, key.privateKey), MIDDLE, unsigned])
  return { raw: raw.toString('hex'), txId: encodeBase32(sha512t256(message)).toString('ascii') }
}
