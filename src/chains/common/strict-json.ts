import { KeywardError } from '../../core/errors.js'

const MAX_DEPTH = 16
/** A string of sound JSON, and the colon that makes it a member's name. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"\s*(:)?/g

/**
 * Parses the JSON of a pending transaction. Beyond the grammar, a member that is named twice is refused, because JSON.parse keeps the last one and an
 * approver's parser may show the first.
 * @param maxLength longest text that is looked at, in UTF-16 units.
 * @throws KeywardError TRANSACTION_MALFORMED for a text that is too long, no JSON, nested too deeply, or names a member twice.
 */
export function parseStrictJson(text: string, maxLength: number): unknown {
  if (text.length > maxLength) throw malformed('is too long')
  const value = parse(text)
  const names = [...text.matchAll(STRING)].filter(([, colon]) => colon !== undefined).length
  if (names !== countMembers(value, 0)) throw malformed('names a member twice')
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('is not JSON')
  }
}

function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth >= MAX_DEPTH) throw malformed('is nested too deeply')
  const children: unknown[] = Object.values(value)
  const own = Array.isArray(value) ? 0 : children.length
  return children.reduce<number>((sum, child) => sum + countMembers(child, depth + 1), own)
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `the serialized transaction ${what}`)
