import { KeywardError } from '../core/errors.js'
import { TRANSITIONS } from '../core/journal.js'
import type { Reason, Transition } from '../core/journal.js'
import { canonicalJson } from '../core/json.js'
import { planDigest, signingPlanSchema } from '../core/signing-plan.js'
import type { SigningPlan } from '../core/signing-plan.js'
import { sequenceText } from './limits.js'
import { NO_PLAN } from './row.js'
import type { JournalHead, JournalRow } from './row.js'

/** What one step writes into the row of its transaction. Columns that it does not name keep their value. */
export type RowPatch = Columns & Pick<JournalRow, 'state' | 'reason_code' | 'reason_message' | 'updated_at'>

type Columns = Partial<Omit<JournalRow, 'pending_id' | 'chain' | 'network' | 'created_at'>>
type Prepared = Extract<Transition, { to: 'prepared' }>
type Approved = Extract<Transition, { to: 'approved' }>

/**
 * The effect of a step on a transaction that stands where `head` says. Must be called, and its result written, inside one database transaction.
 * @param at ISO 8601, UTC.
 * @throws KeywardError JOURNAL_CONFLICT for a step that is not legal here, or a plan or approval that belongs to something else;
 *   TRANSACTION_MALFORMED for a plan that could not be read back.
 */
export function stepPatch(head: JournalHead, transition: Transition, at: string): RowPatch {
  if (!TRANSITIONS[head.state].includes(transition.to)) {
    throw conflict(head, `is ${head.state}, so it cannot become ${transition.to}`)
  }
  return {
    ...columnsOf(head, transition),
    state: transition.to,
    ...reasonColumns('reason' in transition ? transition.reason : undefined),
    updated_at: at,
  }
}

/** A step of a transaction that nobody claimed. */
export function unknownTransaction(pendingId: string): KeywardError {
  return new KeywardError('TRANSACTION_NOT_FOUND', `transaction ${pendingId} is not in the journal`, {
    advice: 'See `keyward transactions list` for the transactions that this journal knows.',
  })
}

function columnsOf(head: JournalHead, transition: Transition): Columns {
  switch (transition.to) {
    case 'claimed':
      return { ...NO_PLAN, request_digest: transition.requestDigest ?? head.request_digest }
    case 'prepared':
      return planColumns(head, transition)
    case 'approved':
      return approvalColumns(head, transition)
    case 'signed':
      return { raw: transition.signed.raw, signed_tx_id: transition.signed.txId, tx_id: transition.signed.txId }
    case 'completed':
      return { tx_id: transition.txId }
    case 'refused':
      return transition.decision === undefined ? {} : { decision: JSON.stringify(transition.decision) }
    case 'broadcasting':
    case 'failed':
      return {}
  }
}

function reasonColumns(reason: Reason | undefined): Pick<JournalRow, 'reason_code' | 'reason_message'> {
  return { reason_code: reason?.code ?? null, reason_message: reason?.message ?? null }
}

/** A new plan voids the approval of the one before it. */
function planColumns(head: JournalHead, { plan, digest, summary }: Prepared): Columns {
  if (plan.pendingId !== head.pending_id || plan.chain !== head.chain || plan.network !== head.network) {
    throw conflict(head, 'was given the plan of another transaction')
  }
  if (plan.requestDigest !== head.request_digest) throw conflict(head, 'was given a plan for another request')
  const json = planJson(head, plan)
  if (planDigest(plan) !== digest) throw conflict(head, 'was given a plan that does not have the digest it came with')
  return {
    plan: json,
    plan_digest: digest,
    summary,
    account: plan.account?.address ?? null,
    sequence: plan.account === undefined ? null : sequenceText(plan.account.sequence),
    decision: null,
  }
}

/** What cannot be read back is refused now: found later, it would look like a damaged journal. */
function planJson(head: JournalHead, plan: SigningPlan): string {
  try {
    const json = canonicalJson(plan)
    if (signingPlanSchema.safeParse(JSON.parse(json)).success) return json
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
  }
  throw new KeywardError('TRANSACTION_MALFORMED', `the signing plan of ${head.pending_id} could not be read back`)
}

/** Nothing is signed without a yes that is bound to exactly what is signed; the journal is the last place to check that. */
function approvalColumns(head: JournalHead, { decision }: Approved): Columns {
  if (decision.verdict !== 'approved' || decision.digest !== head.plan_digest) {
    throw conflict(head, 'was given an approval that is not a yes to its stored plan')
  }
  return { decision: JSON.stringify(decision) }
}

function conflict(head: JournalHead, what: string): KeywardError {
  return new KeywardError('JOURNAL_CONFLICT', `transaction ${head.pending_id} ${what}; nothing was changed`, {
    advice: 'See where it stands with `keyward transactions list`. If nobody touched it meanwhile, please report this.',
    context: { id: head.pending_id, state: head.state },
  })
}
