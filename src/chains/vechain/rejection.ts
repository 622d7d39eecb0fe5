import type { RejectionMeaning } from '../../core/chain.js'

/*
 * What thor's pool says when it refuses bytes; the API puts its own words around. What is not listed, an expiry among it, is unknown: it may be said of bytes that
 * arrived before, and is proven in another way.
 */

/** The chain has this transaction; one that the pool has is taken silently. */
const ALREADY_KNOWN = [/\bknown tx\b/i]
/** Judged by what the bytes say, or after known transactions were looked for. */
const REJECTED = [/\binsufficient energy\b/i, /\bintrinsic gas\b/i, /\bgas too large\b/i, /\bsize too large\b/i]

/** @param message a node's words, possibly inside the API's. */
export function meaningOf(message: string): RejectionMeaning {
  const says = (pattern: RegExp): boolean => pattern.test(message)
  if (ALREADY_KNOWN.some(says)) return 'already-known'
  return REJECTED.some(says) ? 'rejected' : 'unknown'
}
