import type { Answer } from './loopback-server.js'

/**
 * How a route fails. A number is a status with the API's error body. `accept-then-…`: the broadcast reaches the network, the client does not learn it.
 * `failed-flag`: it reaches the network and is answered, but not marked as done. `null-items`: the list holds null, junk and an item without id as well.
 */
export type FaultKind =
  | number
  | 'reset'
  | 'hang'
  | 'malformed'
  | 'html'
  | 'half'
  | 'drip'
  | 'slow'
  | 'object'
  | 'empty'
  | 'null-items'
  | 'redirect'
  | 'quota'
  | 'accept-then-reset'
  | 'accept-then-500'
  | 'accept-then-hang'
  | 'accept-then-half'
  | 'failed-flag'

export interface Fault {
  readonly kind: FaultKind
  /** How many requests it hits; all when left out. */
  readonly times?: number
  readonly retryAfter?: string
  /** For `slow`. */
  readonly delayMs?: number
  /** Hit only broadcasts of this pending id, or calls whose path has this text. */
  readonly only?: string
}

/** Faults that leave the work done. */
export const isLate = (kind: FaultKind): boolean =>
  kind === 'failed-flag' || kind === 'null-items' || (typeof kind === 'string' && kind.startsWith('accept-then-'))

/** What the client gets to see of a broadcast that the network took. */
export function afterAcceptance(fault: Fault | undefined, answer: Answer): Answer {
  switch (fault?.kind) {
    case 'accept-then-reset':
      return { how: 'reset' }
    case 'accept-then-hang':
      return { how: 'hang' }
    case 'accept-then-half':
      return { ...answer, how: 'half' }
    case 'accept-then-500':
      return { status: 500, body: { statusCode: 500, message: 'Internal server error' } }
    default:
      return answer
  }
}

/** @param serve does the request's work; called only by faults that spoil the answer to it. */
export async function spoil(fault: Fault, serve: () => Promise<Answer>): Promise<Answer> {
  const { kind } = fault
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
  if (typeof kind === 'number') return { status: kind, headers, body: { statusCode: kind, message: `status ${kind}` } }
  switch (kind) {
    case 'slow':
      return { ...(await serve()), delayMs: fault.delayMs ?? 20 }
    case 'half':
    case 'drip':
      return { ...(await serve()), how: kind }
    case 'malformed':
      return { body: '[{"id": ', headers: { 'content-type': 'application/json' } }
    case 'html':
      return { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } }
    case 'object':
      return { body: { message: 'this is no list' } }
    case 'empty':
      return { body: '' }
    case 'redirect':
      return { status: 302, headers: { location: '/login' } }
    case 'quota':
      return { status: 403, body: 'You have used up all your credits.', headers: { 'content-type': 'text/plain' } }
    default:
      return { how: kind === 'hang' ? 'hang' : 'reset' }
  }
}
