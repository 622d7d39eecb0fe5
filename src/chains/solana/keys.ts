import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { decodeBase58, encodeBase58 } from '../common/base58check.js'
import { ownCopy } from '../common/bip32.js'
import { ed25519PublicKey } from '../common/ed25519.js'
import { ed25519Keys } from '../common/ed25519-keys.js'
import { decodeHexDigits } from '../common/hex-digits.js'
import { trim } from '../common/trim.js'
import { addressOf, PUBLIC_KEY_BYTES } from './address.js'

/*
 * Private keys as text: base58 of 64 bytes, the seed and its public key. 128 hexadecimal digits of the same are read too, as the reference reads them.
 */

const SEED_BYTES = 32
const KEY_BYTES = SEED_BYTES + PUBLIC_KEY_BYTES

export const solanaKeys = (definition: ChainDefinition): ChainKeys =>
  ed25519Keys({ definition, addressOf, encodePrivateKey, decodePrivateKey })

/** The seed stays the caller's; the caller wipes the result. */
function encodePrivateKey(seed: Buffer): Secret {
  const key = Buffer.allocUnsafeSlow(KEY_BYTES)
  try {
    key.set(seed)
    key.set(ed25519PublicKey(seed), SEED_BYTES)
    return Secret.own(encodeBase58(key))
  } finally {
    key.fill(0)
  }
}

/** Blanks around the text do not count. The caller wipes the result. @throws KeywardError KEY_INVALID */
export function decodePrivateKey(text: Secret): Buffer {
  const key = text.use((bytes) => keyBytes(trim(bytes)))
  try {
    const seed = key?.subarray(0, SEED_BYTES)
    // A wrong second half is a damaged key or the key of somebody else: what it would sign is worth nothing.
    if (seed !== undefined && key?.subarray(SEED_BYTES).equals(ed25519PublicKey(seed)) === true) return ownCopy(seed)
  } finally {
    key?.fill(0)
  }
  throw new KeywardError('KEY_INVALID', 'this is not a private key of a Solana account', {
    advice: 'A private key is base58 text of 64 bytes (about 88 characters), or 128 hexadecimal digits of the same.',
  })
}

function keyBytes(text: Buffer): Buffer | undefined {
  const key = text.length === 2 * KEY_BYTES ? decodeHexDigits(text) : decodeBase58(text)
  if (key === undefined || key.length === KEY_BYTES) return key
  key.fill(0)
  return undefined
}
