import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { isPrivateKey } from './secp256k1.js'
import { trim } from './trim.js'

/*
 * Private keys as text: 64 hexadecimal digits, on most chains with 0x before them. Digit by digit, because Buffer's own conversion goes through a string, which cannot be overwritten.
 */

const KEY_BYTES = 32
const DIGITS = Buffer.from('0123456789abcdef', 'ascii')
const ZERO = 0x30
const LOWER_X = 0x78

/** `0x` and the digits in lower case. The key stays the caller's; the caller wipes the result. */
export const encodePrivateKey = (key: Buffer): Secret => encodeDigits('0x', key)

/** The digits alone, in lower case. The key stays the caller's; the caller wipes the result. */
export const encodeBarePrivateKey = (key: Buffer): Secret => encodeDigits('', key)

function encodeDigits(prefix: string, key: Buffer): Secret {
  const text = Buffer.allocUnsafeSlow(prefix.length + 2 * KEY_BYTES)
  text.write(prefix, 'ascii')
  for (let place = 0; place < KEY_BYTES; place++) {
    const byte = key[place] ?? 0
    text[prefix.length + 2 * place] = DIGITS[byte >> 4] ?? 0
    text[prefix.length + 2 * place + 1] = DIGITS[byte & 15] ?? 0
  }
  return Secret.own(text)
}

/** With or without 0x, in any case; blanks around the text do not count. The caller wipes the result. @throws KeywardError KEY_INVALID */
export function decodePrivateKey(text: Secret): Buffer {
  const key = Buffer.allocUnsafeSlow(KEY_BYTES)
  const sound = text.use((bytes) => readDigits(trim(bytes), key)) && isPrivateKey(key)
  if (sound) return key
  key.fill(0)
  throw new KeywardError('KEY_INVALID', 'this is not a secp256k1 private key', {
    advice: 'A private key has 64 hexadecimal digits, with or without 0x before them.',
  })
}

function readDigits(text: Buffer, key: Buffer): boolean {
  const prefixed = text[0] === ZERO && lowerCase(text[1] ?? 0) === LOWER_X
  const digits = prefixed ? text.subarray(2) : text
  if (digits.length !== 2 * KEY_BYTES) return false
  for (let place = 0; place < KEY_BYTES; place++) {
    const high = digitValue(digits[2 * place] ?? 0)
    const low = digitValue(digits[2 * place + 1] ?? 0)
    if (high < 0 || low < 0) return false
    key[place] = (high << 4) | low
  }
  return true
}

const digitValue = (character: number): number => DIGITS.indexOf(lowerCase(character))

/** ASCII letters differ from their capitals in bit 5. */
const lowerCase = (character: number): number => (character < 0x40 ? character : character | 0x20)
