import type { Digest } from './ids.js'
import type { Intent } from './intent.js'
import type { PendingTransaction } from './pending-transaction.js'
import type { SigningPlan } from './signing-plan.js'

export interface ReviewRequest {
  readonly pending: PendingTransaction
  readonly plan: SigningPlan
  /** Digest of the plan; a decision is about this and nothing else. */
  readonly digest: Digest
  readonly intent: Intent
  readonly signal?: AbortSignal
}

/**
 * Approved or refused, by whom, why, bound to the digest of the plan. `undecided` is no answer yet (or none that can be trusted): nothing is signed and
 * the transaction is asked about again when it is listed again.
 */
export interface Decision {
  readonly verdict: 'approved' | 'refused' | 'undecided'
  readonly digest: Digest
  /** Who decided: a host, a rule, a person's id. */
  readonly by: string
  readonly reason?: string
}

/** The four-eye check, policy, quorum. No answer is never a yes: it throws nothing and answers `undecided` when it cannot find out. */
export interface Approver {
  review(request: ReviewRequest): Promise<Decision>
}
