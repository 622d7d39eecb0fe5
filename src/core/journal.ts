import type { SignedTransaction } from './chain.js'
import type { Decision } from './approver.js'
import type { ChainCode, Digest, Network, PendingId } from './ids.js'
import type { SigningPlan } from './signing-plan.js'

/**
 * Where a pending transaction stands.
 * `claimed` ours, nothing fixed yet · `prepared` a plan is stored · `approved` somebody said yes to that plan · `signed` the bytes are stored, nothing may have
 * left · `broadcasting` the bytes may be out · `completed` · `refused` by us or an approver, nothing was signed · `failed` the network rejected the signed bytes for good.
 */
export const TRANSACTION_STATES = [
  'claimed',
  'prepared',
  'approved',
  'signed',
  'broadcasting',
  'completed',
  'refused',
  'failed',
] as const
export type TransactionState = (typeof TRANSACTION_STATES)[number]

/**
 * The only ways forward. From `signed` on there is no way back to a state that could sign: the stored bytes are sent or given up, never replaced.
 * `refused` may be reopened by an operator.
 */
export const TRANSITIONS: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  claimed: ['claimed', 'prepared', 'refused', 'completed'],
  prepared: ['claimed', 'prepared', 'approved', 'refused', 'completed'],
  approved: ['claimed', 'prepared', 'signed', 'refused', 'completed'],
  signed: ['broadcasting', 'completed', 'failed'],
  broadcasting: ['broadcasting', 'completed', 'failed'],
  completed: [],
  refused: ['claimed'],
  failed: ['broadcasting'],
}

export interface Claim {
  readonly pendingId: PendingId
  readonly chain: ChainCode
  readonly network: Network
  readonly requestDigest: Digest
}

export interface Reason {
  readonly code: string
  readonly message: string
}

/** One durable step. `reason` says why something waits, was refused or failed. */
export type Transition =
  | { readonly to: 'claimed'; readonly reason?: Reason; readonly requestDigest?: Digest }
  | {
      readonly to: 'prepared'
      readonly plan: SigningPlan
      readonly digest: Digest
      readonly summary: string
      readonly reason?: Reason
    }
  | { readonly to: 'approved'; readonly decision: Decision }
  | { readonly to: 'signed'; readonly signed: SignedTransaction }
  | { readonly to: 'broadcasting'; readonly reason?: Reason }
  | { readonly to: 'completed'; readonly txId: string; readonly reason?: Reason }
  | { readonly to: 'refused'; readonly reason: Reason; readonly decision?: Decision }
  | { readonly to: 'failed'; readonly reason: Reason }

export interface JournalEntry extends Claim {
  readonly state: TransactionState
  readonly plan?: SigningPlan
  readonly digest?: Digest
  readonly summary?: string
  readonly decision?: Decision
  readonly signed?: SignedTransaction
  /** What the network calls it; set with the signature, confirmed on completion. */
  readonly txId?: string
  readonly reason?: Reason
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly updatedAt: string
}

export interface HistoryStep {
  readonly at: string
  readonly state: TransactionState
  readonly reason?: Reason
}

export interface JournalFilter {
  readonly states?: readonly TransactionState[]
  readonly chain?: ChainCode
  readonly network?: Network
  /** Newest first; default 100. */
  readonly limit?: number
}

/**
 * Durable record of where each PendingTransaction stands. A promise that resolves means: on disk. Steps of transactions in flight share commits.
 * All methods @throw KeywardError JOURNAL_IO when the disk cannot be trusted any more; the caller then stops signing.
 */
export interface Journal {
  open(): Promise<void>
  close(): Promise<void>
  /** One owner per pending id, for ever: a new id becomes `claimed`, a known one is returned as it stands. Answers in the order asked. */
  claim(claims: readonly Claim[]): Promise<readonly JournalEntry[]>
  /** @throws KeywardError JOURNAL_CONFLICT for a step that TRANSITIONS does not allow; nothing changes then. */
  record(pendingId: PendingId, transition: Transition): Promise<void>
  get(pendingId: PendingId): Promise<JournalEntry | undefined>
  list(filter: JournalFilter): Promise<readonly JournalEntry[]>
  history(pendingId: PendingId): Promise<readonly HistoryStep[]>
  /** Highest sequence number among plans of this account whose signed bytes can still become valid (`signed`, `broadcasting`, `completed`). */
  highestSequence(chain: ChainCode, network: Network, account: string): Promise<bigint | undefined>
}
