import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'

const MINIMUM_CHARACTERS = 12
const MINIMUM_SURPRISES = 8
const MINIMUM_DISTINCT = 6
const REPEAT_BYTES = 3
/** More of a password is not looked at: what comes after can only make it stronger. */
const MEASURED_BYTES = 256

/** What lists of leaked passwords are full of, and what anybody would try on this store. A found word counts as one character. */
const COMMON = (
  'password passwort passwd passw0rd p@ssw0rd secret letmein welcome iloveyou princess dragon monkey sunshine football baseball superman batman ' +
  'master shadow michael jordan jennifer charlie trustno1 starwars whatever freedom computer internet administrator admin root test guest user ' +
  'login default changeme qwertyuiop qwerty qwertz azerty asdfghjkl asdfgh zxcvbnm 1q2w3e4r 1qaz2wsx abc123 hello summer winter spring autumn ' +
  'bitcoin ethereum crypto blockchain wallet tatum kms keyward mnemonic private key'
)
  .split(' ')
  .sort((a, b) => b.length - a.length)

/**
 * Refuses a password that a stolen store would not withstand. Characters that follow from those before them (runs, repetitions, common words) do not
 * count. This is a floor, not a measure: it cannot know that a long password is a quotation.
 * @throws KeywardError PASSWORD_TOO_WEAK, which says why and never quotes the password.
 */
export function assertStrongPassword(password: Secret): void {
  const reason = password.use((bytes) => weakness(bytes.subarray(0, MEASURED_BYTES)))
  if (reason === undefined) return
  throw new KeywardError('PASSWORD_TOO_WEAK', `the new password of the wallet store is too weak: ${reason}`, {
    advice:
      'Whoever gets a copy of the store can try passwords on it for years. Use at least 12 characters that follow no pattern: four or more random words, or the output of `openssl rand -base64 24`.',
  })
}

/** @returns what is wrong with it, or `undefined`. */
function weakness(bytes: Buffer): string | undefined {
  if (countCharacters(bytes) < MINIMUM_CHARACTERS) return `it has fewer than ${MINIMUM_CHARACTERS} characters`
  if (new Set(bytes).size < MINIMUM_DISTINCT) return `it uses fewer than ${MINIMUM_DISTINCT} different characters`
  const lower = Buffer.allocUnsafeSlow(bytes.length)
  try {
    bytes.forEach((byte, at) => (lower[at] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte))
    if (countSurprises(lower) >= MINIMUM_SURPRISES) return undefined
    return 'most of it is a common word, a sequence or a repetition'
  } finally {
    lower.fill(0)
  }
}

/** UTF-8 continuation bytes start no character. */
function countCharacters(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count += 1
  return count
}

function countSurprises(lower: Buffer): number {
  let count = 0
  for (let at = 0; at < lower.length;) {
    const expected = commonWordAt(lower, at) ?? repetitionAt(lower, at) ?? 1
    if (expected > 1 || !continuesRun(lower, at)) count += 1
    at += expected
  }
  return count
}

function commonWordAt(lower: Buffer, at: number): number | undefined {
  return COMMON.find((word) => lower.subarray(at, at + word.length).equals(Buffer.from(word)))?.length
}

/** Length of the text here that was there before, if it is long enough to be no accident. */
function repetitionAt(lower: Buffer, at: number): number | undefined {
  let length = 0
  for (let end = at + REPEAT_BYTES; end <= lower.length; end += 1) {
    const earlier = lower.subarray(0, at).indexOf(lower.subarray(at, end))
    if (earlier < 0) break
    length = end - at
  }
  return length === 0 ? undefined : length
}

/** `aaa`, `abc`, `321`: the same step of at most one, twice. */
function continuesRun(lower: Buffer, at: number): boolean {
  const [before, previous, byte] = [lower[at - 2], lower[at - 1], lower[at]]
  if (before === undefined || previous === undefined || byte === undefined) return false
  return Math.abs(byte - previous) <= 1 && byte - previous === previous - before
}
