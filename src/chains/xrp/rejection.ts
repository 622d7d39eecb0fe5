import type { RejectionMeaning } from '../../core/chain.js'

/*
 * Result codes of the XRP Ledger's server: https://xrpl.org/docs/references/protocol/transactions/transaction-results. `tem…` is said of bytes that can never be
 * valid. Everything else depends on the moment or on what these bytes may have done themselves: tefPAST_SEQ after they were taken, tec… when they cost their
 * fee, tefMAX_LEDGER on a server that does not know the newest ledgers, ter… and tel… when they may be queued.
 */

const ALREADY_KNOWN = /\btefALREADY\b/
const REJECTED = /\btem[A-Z][A-Z_]+\b/

/** @param message a server's words, possibly inside the API's. */
export function meaningOf(message: string): RejectionMeaning {
  if (ALREADY_KNOWN.test(message)) return 'already-known'
  return REJECTED.test(message) ? 'rejected' : 'unknown'
}
