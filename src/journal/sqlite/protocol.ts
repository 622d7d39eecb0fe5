import { KeywardError } from '../../core/errors.js'
import type { ErrorCode, ErrorContext } from '../../core/errors.js'
import type { ChainCode, Network, PendingId } from '../../core/ids.js'
import type { Claim, HistoryStep, JournalEntry, JournalFilter, Transition } from '../../core/journal.js'

/** Calls of the journal as they travel to the worker thread. Times are ISO 8601, UTC. */
export interface CallInputs {
  readonly claim: { readonly claims: readonly Claim[]; readonly at: string }
  readonly record: { readonly pendingId: PendingId; readonly transition: Transition; readonly at: string }
  readonly get: { readonly pendingId: PendingId }
  readonly list: { readonly filter: JournalFilter; readonly limit: number }
  readonly history: { readonly pendingId: PendingId }
  readonly highestSequence: { readonly chain: ChainCode; readonly network: Network; readonly account: string }
}

export interface CallAnswers {
  readonly claim: readonly JournalEntry[]
  readonly record: undefined
  readonly get: JournalEntry | undefined
  readonly list: readonly JournalEntry[]
  readonly history: readonly HistoryStep[]
  readonly highestSequence: bigint | undefined
}

export type CallKind = keyof CallInputs
export type JournalCall = { readonly [Kind in CallKind]: { readonly kind: Kind } & CallInputs[Kind] }[CallKind]
export type JournalAnswer = CallAnswers[CallKind]

/** An error as it crosses the threads: structured cloning would drop its code. The cause stays behind. */
export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly advice?: string
  readonly context: ErrorContext
}

export type WireOutcome = { readonly answer: JournalAnswer } | { readonly error: WireError }

/** To the worker: the calls of the next batch, or the request to close the database and end. */
export type ToWorker = { readonly kind: 'batch'; readonly calls: readonly JournalCall[] } | { readonly kind: 'close' }

/** From the worker. After `failed` it ends: the database was not opened, or can no longer be trusted. */
export type FromWorker =
  | { readonly kind: 'opened' }
  | { readonly kind: 'answered'; readonly outcomes: readonly WireOutcome[]; readonly committed: boolean }
  | { readonly kind: 'refused'; readonly error: WireError }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'closed' }

export function toWire({ code, message, advice, context }: KeywardError): WireError {
  return { code, message, context, ...(advice === undefined ? {} : { advice }) }
}

export function fromWire({ code, message, advice, context }: WireError): KeywardError {
  return new KeywardError(code, message, { context, ...(advice === undefined ? {} : { advice }) })
}
