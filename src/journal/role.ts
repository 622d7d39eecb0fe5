import { KeywardError } from '../core/errors.js'
import type { Transition, TransactionState } from '../core/journal.js'
import type { JournalHead } from './row.js'

/**
 * `daemon`: owns the journal alone and claims transactions. `reader`: reads while a daemon may be running, and takes the steps of an operator.
 */
export type JournalRole = 'daemon' | 'reader'

/**
 * What an operator may do beside a running daemon: reopen what it has put aside. On every other transaction the daemon may be at work, and would find its
 * own next step refused.
 */
const OPERATOR_STEPS: Readonly<Partial<Record<TransactionState, Transition['to']>>> = {
  refused: 'claimed',
  failed: 'broadcasting',
}

/** @throws KeywardError JOURNAL_CONFLICT for a step that is the daemon's alone. */
export function requireOperatorStep(head: JournalHead, { to }: Transition): void {
  if (OPERATOR_STEPS[head.state] === to) return
  throw new KeywardError('JOURNAL_CONFLICT', `transaction ${head.pending_id} is ${head.state}; nothing was changed`, {
    advice: 'A transaction can be sent back to work after it was refused or has failed. Until then the daemon has it.',
    context: { id: head.pending_id, state: head.state },
  })
}

/** @throws KeywardError JOURNAL_CONFLICT */
export function requireClaimer(role: JournalRole): void {
  if (role === 'daemon') return
  throw new KeywardError('JOURNAL_CONFLICT', 'only the daemon that owns the journal claims transactions')
}
