import type { WalkOutcome } from './pipeline.js'

/** Ends of the walks of one round, counted. */
export interface RoundTally {
  completed: number
  refused: number
  failed: number
  waiting: number
  /** Of refused and waiting: those where an approver said no or nothing yet. They are not failures of this program. */
  unapproved: number
}

export const emptyTally = (): RoundTally => ({ completed: 0, refused: 0, failed: 0, waiting: 0, unapproved: 0 })

export const isUnapproved = (outcome: WalkOutcome): boolean =>
  outcome.end !== 'completed' && ['APPROVAL_REFUSED', 'APPROVAL_PENDING'].includes(outcome.error.code)

export function count(tally: RoundTally, outcome: WalkOutcome): void {
  tally[outcome.end] += 1
  if (isUnapproved(outcome)) tally.unapproved += 1
}
