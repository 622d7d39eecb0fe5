import type { HistoryStep, JournalEntry, Reason, TransactionState } from '../core/journal.js'
import { planDigest } from '../core/signing-plan.js'
import { journalDamaged, parseStored } from './damage.js'
import { journalRowSchema, journalStepSchema } from './row.js'
import type { ParsedRow } from './row.js'

/** What an entry must hold in each state. */
const REQUIRED: Readonly<Record<TransactionState, readonly (keyof ParsedRow)[]>> = {
  claimed: [],
  prepared: ['plan'],
  approved: ['plan', 'decision'],
  signed: ['plan', 'decision', 'raw'],
  broadcasting: ['plan', 'decision', 'raw'],
  completed: ['tx_id'],
  refused: ['reason_code'],
  failed: ['plan', 'decision', 'raw', 'reason_code'],
}

/**
 * The entry that a stored row means.
 * @throws KeywardError JOURNAL_IO for a row that no legal steps could have made, such as a plan that does not have its digest.
 */
export function entryOf(stored: unknown): JournalEntry {
  const row = parseStored(journalRowSchema, stored, 'a transaction')
  const problem = contradiction(row)
  if (problem !== undefined) throw journalDamaged(`transaction ${row.pending_id} ${problem}`)
  return {
    pendingId: row.pending_id,
    chain: row.chain,
    network: row.network,
    requestDigest: row.request_digest,
    state: row.state,
    ...(row.plan === null ? {} : { plan: row.plan }),
    ...(row.plan_digest === null ? {} : { digest: row.plan_digest }),
    ...(row.summary === null ? {} : { summary: row.summary }),
    ...(row.decision === null ? {} : { decision: row.decision }),
    ...(row.raw === null || row.signed_tx_id === null ? {} : { signed: { raw: row.raw, txId: row.signed_tx_id } }),
    ...(row.tx_id === null ? {} : { txId: row.tx_id }),
    ...reasonOf(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** @throws KeywardError JOURNAL_IO */
export function historyStepOf(stored: unknown): HistoryStep {
  const step = parseStored(journalStepSchema, stored, 'a step of the history')
  return { at: step.at, state: step.state, ...reasonOf(step) }
}

function contradiction(row: ParsedRow): string | undefined {
  const missing = REQUIRED[row.state].find((column) => row[column] === null)
  if (missing !== undefined) return `is ${row.state} but has no ${missing}`
  if ((row.raw === null) !== (row.signed_tx_id === null)) return 'has signed bytes or their id, but not both'
  if ((row.plan === null) !== (row.plan_digest === null)) return 'has a plan or its digest, but not both'
  if (row.plan !== null && row.plan.pendingId !== row.pending_id) return 'holds the plan of another transaction'
  if (row.plan !== null && planDigest(row.plan) !== row.plan_digest) return 'holds a plan that does not have its digest'
  const signable = row.raw !== null || row.state === 'approved'
  const approved = row.decision?.verdict === 'approved' && row.decision.digest === row.plan_digest
  return signable && !approved ? 'has no approval of its plan' : undefined
}

function reasonOf(row: Pick<ParsedRow, 'reason_code' | 'reason_message'>): { readonly reason?: Reason } {
  return row.reason_code === null ? {} : { reason: { code: row.reason_code, message: row.reason_message ?? '' } }
}
