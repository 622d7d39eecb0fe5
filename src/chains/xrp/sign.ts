import type { SignedTransaction, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signEd25519 } from '../common/ed25519.js'
import { sign as signSecp256k1 } from '../common/secp256k1.js'
import { onlySigner } from '../common/single-signer.js'
import { decodeFields, encodeFields, encodeSigningPayload } from './codec.js'
import { encodeDer } from './der.js'
import { sha512Half, transactionId } from './hashes.js'
import { unsignedOf } from './plan.js'

/** First byte of a public key that is an Ed25519 one. */
const ED25519_PREFIX = 0xed

/**
 * Signs a plan: https://xrpl.org/docs/concepts/accounts/cryptographic-keys. Deterministic: Ed25519 always is, ECDSA takes its nonce from key and hash (RFC 6979).
 * @throws KeywardError SIGNER_MISMATCH
 */
export function signTransaction(plan: SigningPlan, keyOf: (signer: Signer) => SigningKey): SignedTransaction {
  const signer = onlySigner(plan)
  const key = keyOf(signer)
  if (key.address !== signer.address) {
    throw new KeywardError('SIGNER_MISMATCH', `the key belongs to ${key.address}, the plan to ${signer.address}`)
  }
  const SigningPubKey = Buffer.from(key.publicKey).toString('hex').toUpperCase()
  const fields = { ...decodeFields(unsignedOf(plan)), SigningPubKey }
  const payload = Buffer.from(encodeSigningPayload(fields), 'hex')
  const TxnSignature = signatureOf(payload, key).toString('hex').toUpperCase()
  const raw = encodeFields({ ...fields, TxnSignature })
  return { raw, txId: transactionId(Buffer.from(raw, 'hex')) }
}

const signatureOf = (payload: Buffer, { privateKey, publicKey }: SigningKey): Buffer =>
  publicKey[0] === ED25519_PREFIX
    ? signEd25519(payload, privateKey)
    : encodeDer(signSecp256k1(sha512Half(payload), privateKey))
