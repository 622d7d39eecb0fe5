import { randomBytes } from 'node:crypto'
import { Secret } from '../../core/secret.js'
import { ownCopy } from '../common/bip32.js'
import { ed25519PublicKey } from '../common/ed25519.js'
import type { KeyPair } from '../common/single-secret-keys.js'
import { KEY_BYTES } from './address.js'
import { decodeBase32, encodeBase32 } from './base32.js'

/*
 * A secret is base32 of 64 bytes, the seed of the Ed25519 key and its public key: 103 letters and digits.
 */

/** A new secret from the operating system's randomness. The caller wipes it. */
export function generateSecret(): Secret {
  const seed = randomBytes(KEY_BYTES)
  try {
    return secretOfSeed(seed)
  } finally {
    seed.fill(0)
  }
}

/** @param seed 32 bytes; stays the caller's. The caller wipes the result. */
export function secretOfSeed(seed: Buffer): Secret {
  const bytes = Buffer.allocUnsafeSlow(2 * KEY_BYTES)
  try {
    bytes.set(seed)
    bytes.set(ed25519PublicKey(seed), KEY_BYTES)
    return Secret.own(encodeBase32(bytes))
  } finally {
    bytes.fill(0)
  }
}

/** The key of a secret, or `undefined` for a text that is none. The caller wipes the private key. */
export function keyPairOf(text: Uint8Array): KeyPair | undefined {
  const bytes = decodeBase32(text)
  if (bytes === undefined) return undefined
  try {
    if (bytes.length !== 2 * KEY_BYTES) return undefined
    const seed = bytes.subarray(0, KEY_BYTES)
    const publicKey = ed25519PublicKey(seed)
    // A second half that is another key's belongs to a damaged secret: its signatures would be worth nothing.
    return bytes.subarray(KEY_BYTES).equals(publicKey) ? { privateKey: ownCopy(seed), publicKey } : undefined
  } finally {
    bytes.fill(0)
  }
}
