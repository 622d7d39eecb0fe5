import { secp256k1 } from '@noble/curves/secp256k1'
import { recover } from './secp256k1.js'
import type { RecoverableSignature } from './secp256k1.js'

/**
 * The public key (33 bytes) that made a signature, confirmed by another library than the one that signs, so that a mistake there cannot confirm itself.
 * `undefined` when no key made it, or when s is in the upper half of the order, which nodes do not take.
 */
export function recoverConfirmed(hash: Uint8Array, recoverable: RecoverableSignature): Uint8Array | undefined {
  const publicKey = recover(hash, recoverable)
  if (publicKey === undefined) return undefined
  const sound = secp256k1.verify(recoverable.signature, hash, publicKey, { prehash: false, lowS: true })
  return sound ? publicKey : undefined
}
