import type { RejectionMeaning } from '../../core/chain.js'

/*
 * What nodes say when they refuse bytes. The words are those of geth and what descends from it, Erigon, Nethermind, Besu, Reth and anvil; the API puts its own
 * around them. A wrong "rejected" could make a requester pay twice, so the order below matters and what is not listed is unknown.
 */

/** The node has these very bytes: it knows them by their hash. */
const ALREADY_KNOWN = [
  /\balready known\b/i,
  /\bAlreadyKnown\b/,
  /\bknown transaction\b/i,
  /\balready imported\b/i,
  /\bexisting tx with same hash\b/i,
  /\btransaction with the same hash\b/i,
]

/**
 * Something holds that nonce or price at this moment. It may be these very bytes, sent before and mined meanwhile ("nonce too low"), and what stands in the
 * way may go again (a full pool, a low price), so none of this is final.
 */
const UNCLEAR = [
  /\bnonce\b/i,
  /\bOldNonce\b/,
  /\breplace(ment)?\b/i,
  /\bReplacementNotAllowed\b/,
  /\bpool\b/i,
  /\btimeout\b/i,
]

/**
 * Refused for what the bytes say, and not because of anything that these bytes may have done themselves. A wrong signature, sender or chain id is not here:
 * they were verified before they were sent, so those words mean that the node is one of another network and knows nothing about them.
 */
const REJECTED = [
  // Checked after the nonce by every node that says it in these words: bytes that were mined before answer "nonce too low". Besu's "Upfront cost exceeds
  // account balance" comes before that check and is therefore not here.
  /\binsufficient funds for gas \* price \+ value\b/i,
  /\bintrinsic gas\b/i,
  /\binsufficient gas for floor data gas cost\b/i,
  /\bexceeds block gas limit\b/i,
  /\bGasLimitExceeded\b/,
  /\btransaction gas limit too high\b/i,
  /\bexceeds the configured cap\b/i,
  /\boversized data\b/i,
  /\bmax initcode size exceeded\b/i,
  /\btransaction type not supported\b/i,
  /\bsender not an eoa\b/i,
]

/** @param message a node's words, possibly inside the API's. */
export function meaningOf(message: string): RejectionMeaning {
  const says = (pattern: RegExp): boolean => pattern.test(message)
  if (ALREADY_KNOWN.some(says)) return 'already-known'
  if (UNCLEAR.some(says)) return 'unknown'
  return REJECTED.some(says) ? 'rejected' : 'unknown'
}
