import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signEd25519 } from '../common/ed25519.js'
import { base58, fromBase58, SIGNATURE_BYTES } from './address.js'
import { transactionOf } from './plan.js'

/**
 * Signs a plan: the signatures in the order of the keys that the message requires, then the message. Deterministic, as Ed25519 is.
 * @throws KeywardError SIGNER_MISMATCH, SIGNATURE_INCOMPLETE
 */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const { bytes, message, body } = transactionOf(plan)
  const signatures = message.required.map((address) => {
    const signer = plan.signers.find((candidate) => candidate.address === address)
    return signer === undefined ? given(body.cosignatures[address], address) : signWith(keyOf(signer), signer, bytes)
  })
  // The count takes one byte: no transaction has room for 128 signatures.
  const raw = Buffer.concat([Buffer.of(signatures.length), ...signatures, bytes])
  return { raw: raw.toString('base64'), txId: base58(raw.subarray(1, 1 + SIGNATURE_BYTES)) }
}

function signWith(key: SigningKey, signer: Signer, bytes: Buffer): Buffer {
  if (key.address === signer.address) return signEd25519(bytes, key.privateKey)
  throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
}

function given(signature: string | undefined, address: string): Buffer {
  const bytes = signature === undefined ? undefined : fromBase58(signature, SIGNATURE_BYTES)
  if (bytes !== undefined) return bytes
  throw new KeywardError('SIGNATURE_INCOMPLETE', `the signature of ${address} is missing`)
}
