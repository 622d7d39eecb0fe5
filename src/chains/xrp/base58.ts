import { decodeBase58Check, encodeBase58Check } from '../common/base58check.js'

/*
 * Base58Check with the XRP Ledger's alphabet (https://xrpl.org/base58-encodings.html). It is Bitcoin's with other letters, so texts are translated letter by
 * letter, in buffers that can be wiped: family seeds pass through.
 */

const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'

/** A letter of neither alphabet: what it stands in for has no meaning. */
const NO_LETTER = 0
const toBitcoin = translation(RIPPLE, BITCOIN)
const toRipple = translation(BITCOIN, RIPPLE)

function translation(from: string, to: string): Uint8Array {
  const table = new Uint8Array(256).fill(NO_LETTER)
  for (let place = 0; place < from.length; place++) table[from.charCodeAt(place)] = to.charCodeAt(place)
  return table
}

/** ASCII bytes. The caller wipes them when the payload is secret. */
export function encodeRippleBase58(payload: Uint8Array): Buffer {
  const text = encodeBase58Check(payload)
  translate(text, toRipple)
  return text
}

/** The payload, or `undefined` when a letter or the checksum is wrong. The caller wipes it when it is secret. */
export function decodeRippleBase58(text: Uint8Array): Buffer | undefined {
  const copy = Buffer.allocUnsafeSlow(text.length)
  copy.set(text)
  translate(copy, toBitcoin)
  try {
    return decodeBase58Check(copy)
  } finally {
    copy.fill(0)
  }
}

function translate(text: Buffer, table: Uint8Array): void {
  for (let place = 0; place < text.length; place++) text[place] = table[text[place] ?? 0] ?? NO_LETTER
}
