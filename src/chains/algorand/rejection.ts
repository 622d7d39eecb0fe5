import type { RejectionMeaning } from '../../core/chain.js'

/*
 * Words of Algorand's node (go-algorand, data/pools and data/transactions). Final is only what it says of bytes that no round can ever have taken. "txn dead" may be said of a round
 * that is yet to come, by a node that lags, or after an earlier copy went through; balances and frozen assets change.
 */

const ALREADY_KNOWN = /transaction already in ledger/i
const REJECTED = /msgpack decode error|fee \d+, which is less than the minimum/i

/** @param message a node's words, possibly inside the API's. */
export function meaningOf(message: string): RejectionMeaning {
  if (ALREADY_KNOWN.test(message)) return 'already-known'
  return REJECTED.test(message) ? 'rejected' : 'unknown'
}
