import { z } from 'zod'
import { chainCodeSchema, digestSchema, pendingIdSchema } from '../core/ids.js'
import { TRANSACTION_STATES } from '../core/journal.js'
import type { Claim, TransactionState } from '../core/journal.js'
import { signingPlanSchema } from '../core/signing-plan.js'

/** A transaction as a table keeps it: text or null in each column, so that every database stores the same. */
export interface JournalRow {
  readonly pending_id: string
  readonly chain: string
  readonly network: string
  readonly request_digest: string
  readonly state: TransactionState
  /** JSON of the SigningPlan. */
  readonly plan: string | null
  readonly plan_digest: string | null
  readonly summary: string | null
  /** Account and sequence number of the plan, in columns of their own for `highestSequence`; the number as `sequenceText` writes it. */
  readonly account: string | null
  readonly sequence: string | null
  /** JSON of the Decision. */
  readonly decision: string | null
  readonly raw: string | null
  /** Computed from the signed bytes. */
  readonly signed_tx_id: string | null
  /** What the network calls it. */
  readonly tx_id: string | null
  readonly reason_code: string | null
  readonly reason_message: string | null
  readonly created_at: string
  readonly updated_at: string
}

export const JOURNAL_COLUMNS = [
  'pending_id',
  'chain',
  'network',
  'request_digest',
  'state',
  'plan',
  'plan_digest',
  'summary',
  'account',
  'sequence',
  'decision',
  'raw',
  'signed_tx_id',
  'tx_id',
  'reason_code',
  'reason_message',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof JournalRow)[]

/** The columns of a plan, empty: nothing is fixed yet. */
export const NO_PLAN = {
  plan: null,
  plan_digest: null,
  summary: null,
  account: null,
  sequence: null,
  decision: null,
} as const satisfies Partial<JournalRow>

/** The row of a transaction that was seen for the first time. @param at ISO 8601, UTC. */
export function rowOfClaim(claim: Claim, at: string): JournalRow {
  return {
    pending_id: claim.pendingId,
    chain: claim.chain,
    network: claim.network,
    request_digest: claim.requestDigest,
    state: 'claimed',
    ...NO_PLAN,
    raw: null,
    signed_tx_id: null,
    tx_id: null,
    reason_code: null,
    reason_message: null,
    created_at: at,
    updated_at: at,
  }
}

const jsonSchema = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' })
    return z.NEVER
  }
})

const decisionSchema = z.object({
  verdict: z.enum(['approved', 'refused', 'undecided']),
  digest: digestSchema,
  by: z.string(),
  reason: z.string().exactOptional(),
})

const text = z.string().nullable()

/** Reads a row back. What a database returns is foreign data: the disk, or a person with an editor, may have changed it. */
export const journalRowSchema = z.object({
  pending_id: pendingIdSchema,
  chain: chainCodeSchema,
  network: z.enum(['mainnet', 'testnet']),
  request_digest: digestSchema,
  state: z.enum(TRANSACTION_STATES),
  plan: jsonSchema.pipe(signingPlanSchema).nullable(),
  plan_digest: digestSchema.nullable(),
  summary: text,
  account: text,
  sequence: z
    .string()
    .regex(/^\d{20}$/)
    .nullable(),
  decision: jsonSchema.pipe(decisionSchema).nullable(),
  raw: text,
  signed_tx_id: text,
  tx_id: text,
  reason_code: text,
  reason_message: text,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type ParsedRow = z.output<typeof journalRowSchema>

/** The part of a row that decides which steps are legal. */
export const journalHeadSchema = journalRowSchema.pick({
  pending_id: true,
  chain: true,
  network: true,
  request_digest: true,
  state: true,
  plan_digest: true,
})
export type JournalHead = z.output<typeof journalHeadSchema>

export const journalStepSchema = z.object({
  at: z.iso.datetime(),
  state: z.enum(TRANSACTION_STATES),
  reason_code: text,
  reason_message: text,
})
