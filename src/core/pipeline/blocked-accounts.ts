import type { PendingId } from '../ids.js'
import type { WalkOutcome } from './pipeline.js'

/** Accounts that have bytes out with an unknown outcome: later transactions of such an account wait, so that the order is kept. */
export class BlockedAccounts {
  readonly #blockers = new Map<string, PendingId>()

  /** The transaction that holds up one of these accounts. */
  blockerOf(accounts: readonly string[]): PendingId | undefined {
    return accounts.map((account) => this.#blockers.get(account)).find((blocker) => blocker !== undefined)
  }

  note(accounts: readonly string[], id: PendingId, outcome: WalkOutcome): void {
    for (const [account, blocker] of this.#blockers) if (blocker === id) this.#blockers.delete(account)
    const open = outcome.end === 'waiting' && outcome.error.code === 'BROADCAST_UNKNOWN'
    if (open) for (const account of accounts) this.#blockers.set(account, id)
  }
}
