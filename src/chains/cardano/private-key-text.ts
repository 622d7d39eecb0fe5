import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { ownCopy } from '../common/bip32.js'
import { decodeHexDigits, encodeHexDigits } from '../common/hex-digits.js'
import { trim } from '../common/trim.js'
import { EXTENDED_KEY_BYTES, isExtendedKey, publicKeyOf } from './extended-key.js'

/*
 * A private key as text: 128 hexadecimal digits, scalar and nonce key. The reference's generatewallet printed 256: public key and chain code follow, and are checked and left out.
 */

const LONG_FORM_BYTES = 128
const PUBLIC_KEY_BYTES = 32

/** 128 digits in lower case. The key stays the caller's; the caller wipes the result. */
export const encodePrivateKey = (key: Buffer): Secret => Secret.own(encodeHexDigits(key))

/** The 64 bytes in a buffer of their own, which the caller wipes. Blanks around the text do not count. @throws KeywardError KEY_INVALID */
export function decodePrivateKey(text: Secret): Buffer {
  const bytes = text.use((digits) => decodeHexDigits(trim(digits)))
  try {
    if (bytes !== undefined && isPrivateKey(bytes)) return ownCopy(bytes.subarray(0, EXTENDED_KEY_BYTES))
  } finally {
    bytes?.fill(0)
  }
  throw new KeywardError('KEY_INVALID', 'this is not an extended private key of Cardano', {
    advice: 'A private key has 128 hexadecimal digits, or 256 with its public key and chain code behind it.',
  })
}

function isPrivateKey(bytes: Buffer): boolean {
  const key = bytes.subarray(0, EXTENDED_KEY_BYTES)
  if (!isExtendedKey(key)) return false
  if (bytes.length === EXTENDED_KEY_BYTES) return true
  const publicKey = bytes.subarray(EXTENDED_KEY_BYTES, EXTENDED_KEY_BYTES + PUBLIC_KEY_BYTES)
  return bytes.length === LONG_FORM_BYTES && publicKey.equals(publicKeyOf(key))
}
