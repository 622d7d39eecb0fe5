import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import { wordPlaces } from '../common/mnemonic.js'
import { KEY_BYTES, sha512t256 } from './address.js'

/*
 * The 25 words that Algorand's wallets show. They use BIP-39's words and nothing else of it: 24 words are the key itself, eleven bits each with the lowest bits first, and the
 * last word is the first eleven bits of the key's SHA-512/256. Source: https://developer.algorand.org/docs/get-details/accounts/#transformation-private-key-to-25-word-mnemonic
 */

const WORDS = 25
const WORD_BITS = 11

/**
 * The seed of a phrase's key, 32 bytes. The caller wipes it.
 * @throws KeywardError WALLET_UNSUITABLE for another number of words, MNEMONIC_INVALID for a wrong word or checksum; no word is in the message.
 */
export function seedOfPhrase(phrase: Secret): Buffer {
  const places = wordPlaces(phrase)
  if (places.length !== WORDS) {
    throw new KeywardError(
      'WALLET_UNSUITABLE',
      `a wallet of ALGO is made from 25 words, and these are ${places.length}`,
      {
        advice:
          'Type the 25 words that Algorand wallets show, or import the secret (103 letters and digits) as a private key.',
      },
    )
  }
  const seed = Buffer.allocUnsafeSlow(KEY_BYTES)
  const isWhole = unpack(places.slice(0, -1), seed)
  if (isWhole && checksumWord(seed) === places[WORDS - 1]) return seed
  seed.fill(0)
  throw new KeywardError('MNEMONIC_INVALID', 'the checksum of the phrase does not hold', {
    advice: 'All words are on the list, but one of them is wrong or they are out of order.',
  })
}

/** @returns whether the bits behind the last byte are zero. */
function unpack(places: readonly number[], seed: Buffer): boolean {
  let pending = 0
  let bits = 0
  let at = 0
  for (const place of places) {
    pending |= place << bits
    bits += WORD_BITS
    for (; bits >= 8 && at < seed.length; bits -= 8) {
      seed[at++] = pending & 0xff
      pending >>= 8
    }
  }
  return pending === 0
}

function checksumWord(seed: Buffer): number {
  const [low = 0, high = 0] = sha512t256(seed)
  return (low | (high << 8)) & ((1 << WORD_BITS) - 1)
}
