import { KeywardError } from '../core/errors.js'

/** Entries that a list holds when the caller does not say how many. */
const DEFAULT_LIST_LIMIT = 100

/** Claims that travel in one message and one commit: a list of 25,000 must not make the steps of others wait for all of it. */
export const CLAIMS_PER_CALL = 1_000

/** Calls that share one commit at most: bounds the size of a message and the time until the first of them is answered. */
export const CALLS_PER_COMMIT = 1_000

/** Digits of the largest 64-bit number. No account chain counts further. */
const SEQUENCE_DIGITS = 20

/** @throws KeywardError USAGE unless the limit is a whole number above 0. */
export function listLimit(limit: number | undefined): number {
  if (limit === undefined) return DEFAULT_LIST_LIMIT
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new KeywardError('USAGE', 'the limit of a list is not a whole number above 0')
}

/**
 * A sequence number as text of fixed width, so that the order of texts is the order of numbers in every database.
 * @throws KeywardError TRANSACTION_MALFORMED above 20 digits.
 */
export function sequenceText(decimal: string): string {
  const digits = decimal.replace(/^0+(?=\d)/, '')
  if (digits.length <= SEQUENCE_DIGITS) return digits.padStart(SEQUENCE_DIGITS, '0')
  throw new KeywardError('TRANSACTION_MALFORMED', 'the sequence number of the account is larger than 64 bits')
}
