import type { KeywardError } from '../../core/errors.js'

/**
 * What went wrong with one request to a product.
 * `answer`: the product has decided, asking again changes nothing. `throttled`: it did not even look at the request. `outage`: no answer, half of one, or one
 * that says that the product is unwell; the request may have taken effect.
 */
export interface RemoteFailure {
  readonly kind: 'answer' | 'throttled' | 'outage'
  /** For `throttled` and `outage`: what the product asks to wait. */
  readonly retryAfterMs?: number
  readonly error: KeywardError
}

/** One request, for messages: `read secret 4057be77-…`. Names only, never values. */
export type FailureOf = (thrown: unknown, what: string) => RemoteFailure

/** A product's answer that is its last word. */
export const answered = (error: KeywardError): RemoteFailure => ({ kind: 'answer', error })
