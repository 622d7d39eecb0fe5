import type { RejectionMeaning } from '../../core/chain.js'

/*
 * Result codes of Stellar's nodes (https://developers.stellar.org/docs/data/apis/horizon/api-reference/errors/result-codes), in the spellings of Horizon and of
 * the node. Only two are said of bytes that can never be valid. The rest depends on the moment or on what these bytes did themselves: tx_bad_seq after they were
 * taken, tx_too_late whether they were or not, tx_bad_auth until others have signed, tx_insufficient_fee while the network is busy, tx_failed because they
 * are in the ledger, where the look-up finds them.
 */

const ALREADY_KNOWN = /\b(?:tx_?)?duplicate\b/i
const REJECTED = /\btx_?(?:malformed|missing_?operation)\b/i

/** @param message a node's words, possibly inside the API's. */
export function meaningOf(message: string): RejectionMeaning {
  if (ALREADY_KNOWN.test(message)) return 'already-known'
  return REJECTED.test(message) ? 'rejected' : 'unknown'
}
