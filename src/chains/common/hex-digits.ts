/*
 * Hexadecimal text of secrets, digit by digit, because Buffer's own conversion goes through a string, which cannot be overwritten.
 */

const DIGITS = Buffer.from('0123456789abcdef', 'ascii')

/** The prefix and two lower-case digits for each byte, as ASCII in a buffer of its own. The bytes stay the caller's; the caller wipes the result. */
export function encodeHexDigits(bytes: Uint8Array, prefix = ''): Buffer {
  const text = Buffer.allocUnsafeSlow(prefix.length + 2 * bytes.length)
  text.write(prefix, 'ascii')
  bytes.forEach((byte, place) => {
    text[prefix.length + 2 * place] = DIGITS[byte >> 4] ?? 0
    text[prefix.length + 2 * place + 1] = DIGITS[byte & 15] ?? 0
  })
  return text
}

/** The bytes that digits of either case spell, in a buffer of their own, which the caller wipes; `undefined` for any other text. */
export function decodeHexDigits(text: Uint8Array): Buffer | undefined {
  if (text.length % 2 !== 0) return undefined
  const bytes = Buffer.allocUnsafeSlow(text.length / 2)
  for (let place = 0; place < bytes.length; place++) {
    const high = digitValue(text[2 * place] ?? 0)
    const low = digitValue(text[2 * place + 1] ?? 0)
    if (high < 0 || low < 0) {
      bytes.fill(0)
      return undefined
    }
    bytes[place] = (high << 4) | low
  }
  return bytes
}

/** ASCII letters differ from their capitals in bit 5. */
const digitValue = (character: number): number => DIGITS.indexOf(character < 0x40 ? character : character | 0x20)
