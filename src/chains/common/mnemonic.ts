import { pbkdf2, pbkdf2Sync, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { checksumHolds, entropyOfIndexes, wordIndexes } from './mnemonic-bits.js'

/*
 * Mnemonics: BIP-39, https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki. The English word list comes from the bip39 package; the arithmetic is
 * here, because that package works on strings, which cannot be overwritten, and stretches keys an order of magnitude slower than OpenSSL.
 */

const ENTROPY_BYTES = 32
const WORD_COUNTS: readonly number[] = [12, 15, 18, 21, 24]
const SEED = { salt: 'mnemonic', rounds: 2048, bytes: 64, digest: 'sha512' } as const
const SPACE = 0x20

const packageSchema = z.object({ wordlists: z.object({ english: z.array(z.string()).length(2048) }) })
let words: { readonly list: readonly string[]; readonly indexes: ReadonlyMap<string, number> } | undefined

/** Loaded when a mnemonic is made or checked, which signing never does. */
function english(): NonNullable<typeof words> {
  if (words === undefined) {
    const list = packageSchema.parse(createRequire(import.meta.url)('bip39')).wordlists.english
    words = { list, indexes: new Map(list.map((word, index) => [word, index])) }
  }
  return words
}

/** A new mnemonic of 24 words from 256 bits of the operating system's randomness. The caller wipes it. */
export function generateMnemonic(): Secret {
  const entropy = randomBytes(ENTROPY_BYTES)
  try {
    const { list } = english()
    return Secret.own(joinWords(wordIndexes(entropy).map((index) => list[index] ?? '')))
  } finally {
    entropy.fill(0)
  }
}

/**
 * The one spelling under which a mnemonic is kept: NFKD, one blank between words. The caller wipes the result. Only for mnemonics that are being
 * imported: a seed is made from the text as it was stored.
 */
export function normalizeMnemonic(mnemonic: Secret): Secret {
  return Secret.own(joinWords(wordsOf(mnemonic)))
}

/**
 * Is this an English BIP-39 mnemonic of 12, 15, 18, 21 or 24 words? Spelling is compared after NFKD; blanks around and between words do not count.
 * @throws KeywardError MNEMONIC_INVALID saying what is wrong; no word is in the message.
 */
export function checkMnemonic(mnemonic: Secret): void {
  checkedPlaces(mnemonic)
}

/**
 * The entropy that a mnemonic stands for, 16 to 32 bytes, for chains that stretch it in place of the text. The caller wipes it.
 * @throws KeywardError MNEMONIC_INVALID as `checkMnemonic` does.
 */
export const entropyOf = (mnemonic: Secret): Buffer => entropyOfIndexes(checkedPlaces(mnemonic))

function checkedPlaces(mnemonic: Secret): readonly number[] {
  const parts = wordsOf(mnemonic)
  if (!WORD_COUNTS.includes(parts.length)) {
    throw invalid(`the mnemonic has ${parts.length} words`, 'A mnemonic has 12, 15, 18, 21 or 24 words.')
  }
  const found = placesOf(parts)
  if (!checksumHolds(found)) {
    throw invalid(
      'the checksum of the mnemonic does not hold',
      'All words are on the list, but one of them is wrong or they are out of order.',
    )
  }
  return found
}

/**
 * Places of the words in the English list, for phrases that are no BIP-39 mnemonics but use its words.
 * @throws KeywardError MNEMONIC_INVALID naming the positions of words that are not in the list; no word is in the message.
 */
export const wordPlaces = (phrase: Secret): readonly number[] => placesOf(wordsOf(phrase))

function placesOf(parts: readonly string[]): readonly number[] {
  const { indexes } = english()
  const found = parts.map((word) => indexes.get(word))
  const unknown = found.flatMap((index, place) => (index === undefined ? [place + 1] : []))
  if (unknown.length > 0) {
    throw invalid(
      `not in the English BIP-39 word list: word ${unknown.join(', ')} of the mnemonic`,
      'Check the spelling at these positions; words are written in lower case.',
    )
  }
  return found.map((index) => index ?? 0)
}

/**
 * The 64-byte seed, without a passphrase. Works for any text, as the reference did: wallets whose mnemonic fails `checkMnemonic` keep their keys.
 * The caller wipes it.
 */
export function seedOf(mnemonic: Secret): Buffer {
  const password = nfkdBytes(mnemonic)
  try {
    return pbkdf2Sync(password, SEED.salt, SEED.rounds, SEED.bytes, SEED.digest)
  } finally {
    password.fill(0)
  }
}

/** As `seedOf`, on a thread of the pool, so that other work goes on meanwhile. */
export async function seedOfAsync(mnemonic: Secret): Promise<Buffer> {
  const password = nfkdBytes(mnemonic)
  try {
    return await promisify(pbkdf2)(password, SEED.salt, SEED.rounds, SEED.bytes, SEED.digest)
  } finally {
    password.fill(0)
  }
}

const invalid = (message: string, advice: string): KeywardError =>
  new KeywardError('MNEMONIC_INVALID', message, { advice })

/** Only a text beyond ASCII takes the way through a string: NFKD leaves ASCII as it is. */
function nfkdBytes(mnemonic: Secret): Buffer {
  return mnemonic.use((bytes) => {
    const ascii = bytes.every((byte) => byte < 0x80)
    const source = ascii ? bytes : Buffer.from(bytes.toString('utf8').normalize('NFKD'), 'utf8')
    const copy = Buffer.allocUnsafeSlow(source.length)
    source.copy(copy)
    if (!ascii) source.fill(0)
    return copy
  })
}

function wordsOf(mnemonic: Secret): string[] {
  const bytes = nfkdBytes(mnemonic)
  try {
    return bytes
      .toString('utf8')
      .split(/\s+/u)
      .filter((word) => word !== '')
  } finally {
    bytes.fill(0)
  }
}

function joinWords(parts: readonly string[]): Buffer {
  const length = parts.reduce((sum, word) => sum + Buffer.byteLength(word, 'utf8') + 1, -1)
  const text = Buffer.allocUnsafeSlow(Math.max(length, 0)).fill(SPACE)
  let at = 0
  for (const word of parts) at += text.write(word, at, 'utf8') + 1
  return text
}
