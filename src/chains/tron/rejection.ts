import type { RejectionMeaning } from '../../core/chain.js'

/*
 * What nodes say when they refuse bytes: the codes of `Return.response_code` and java-tron's texts for them; the API puts its own words around. What is not
 * listed is unknown, and does not stay so for long: minutes later the transaction has expired, which proves what became of it.
 */

/** The node, or the chain within its window of time, has this transaction. */
const ALREADY_KNOWN = [/\bDUP_TRANSACTION_ERROR\b/, /\bdup(licate)? transaction\b/i]

/** Judged by the state of the moment after duplicates were looked for, so bytes that arrived before do not answer like this. */
const REJECTED = [
  /\bTOO_BIG_TRANSACTION_ERROR\b/,
  /\btoo big transaction\b/i,
  /\bCONTRACT_VALIDATE_ERROR\b/,
  /\bcontract validate error\b/i,
]

/** @param message a node's words, possibly inside the API's. */
export function meaningOf(message: string): RejectionMeaning {
  const says = (pattern: RegExp): boolean => pattern.test(message)
  if (ALREADY_KNOWN.some(says)) return 'already-known'
  return REJECTED.some(says) ? 'rejected' : 'unknown'
}
