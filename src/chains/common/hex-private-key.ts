import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { decodeHexDigits, encodeHexDigits } from './hex-digits.js'
import { isPrivateKey } from './secp256k1.js'
import { trim } from './trim.js'

/*
 * Private keys as text: 64 hexadecimal digits, on most chains with 0x before them.
 */

const KEY_BYTES = 32
const ZERO = 0x30
const LOWER_X = 0x78

/** `0x` and the digits in lower case. The key stays the caller's; the caller wipes the result. */
export const encodePrivateKey = (key: Buffer): Secret => Secret.own(encodeHexDigits(key, '0x'))

/** The digits alone, in lower case. The key stays the caller's; the caller wipes the result. */
export const encodeBarePrivateKey = (key: Buffer): Secret => Secret.own(encodeHexDigits(key))

/** With or without 0x, in any case; blanks around the text do not count. The caller wipes the result. @throws KeywardError KEY_INVALID */
export function decodePrivateKey(text: Secret): Buffer {
  const key = text.use((bytes) => decodeHexDigits(withoutPrefix(trim(bytes))))
  if (key?.length === KEY_BYTES && isPrivateKey(key)) return key
  key?.fill(0)
  throw new KeywardError('KEY_INVALID', 'this is not a secp256k1 private key', {
    advice: 'A private key has 64 hexadecimal digits, with or without 0x before them.',
  })
}

/** Bit 5 makes a lower-case letter of a capital one. */
const withoutPrefix = (text: Buffer): Buffer =>
  text[0] === ZERO && ((text[1] ?? 0) | 0x20) === LOWER_X ? text.subarray(2) : text
