import { KeywardError } from '../core/errors.js'
import type { ErrorCode } from '../core/errors.js'
import type { ApiKey } from './api-key.js'
import { parseJson, readErrorWords } from './error-words.js'
import type { Exchanged, HttpFailure, HttpReply } from './http-transport.js'
import { retryAfterMs } from './retry.js'

/** What a call was, in public words: the path is the template, so it never holds the key. */
export interface CallName {
  readonly method: string
  readonly path: string
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  API_UNAUTHENTICATED: 'Check the Tatum API key and that its subscription is active.',
  API_THROTTLED: 'Poll less often, or use a plan with a higher limit.',
  API_UNREACHABLE:
    'Check the network, the proxy and the address of the API; the call is made again with the next round.',
  API_REPLY_MALFORMED: 'Check that the address of the API is right and that nothing between answers in its place.',
}

/** Statuses that say nothing about the request: the server or something before it could not deal with it now. */
const passing = (status: number): boolean => status === 408 || status === 425 || status >= 500

/** May a call that changes nothing, or nothing twice, be made again? */
export function worthRepeating(outcome: Exchanged): boolean {
  if (outcome.kind === 'failure') return outcome.reason === 'network'
  return outcome.status === 429 || passing(outcome.status)
}

/**
 * The error for an outcome that is not a success. API_REFUSED means that the API itself judged the request: it takes a 4xx with a JSON object. Whatever a
 * proxy, a firewall or a used-up plan answers is another error, so that nobody takes it for "not found".
 */
export function apiError(call: CallName, outcome: Exchanged, key: ApiKey, nowMs: number): KeywardError {
  return outcome.kind === 'failure' ? failureError(call, outcome) : replyError(call, outcome, key, nowMs)
}

export function malformed(call: CallName, what: string, status?: number): KeywardError {
  return makeError('API_REPLY_MALFORMED', call, `answered ${what}`, { status })
}

function failureError(call: CallName, failure: HttpFailure): KeywardError {
  const context = { sent: failure.sent, reason: failure.code ?? failure.reason }
  switch (failure.reason) {
    case 'interrupted':
    case 'closed':
      return makeError('INTERRUPTED', call, 'was given up because this program is stopping', context)
    case 'oversized':
      return makeError('API_REPLY_MALFORMED', call, 'answered more than it may', context)
    case 'deadline':
      return makeError('API_UNREACHABLE', call, 'gave no whole answer in time', context)
    case 'network':
      return makeError('API_UNREACHABLE', call, `gave no whole answer (${context.reason})`, context)
  }
}

function replyError(call: CallName, reply: HttpReply, key: ApiKey, nowMs: number): KeywardError {
  const { status } = reply
  const words = readErrorWords(parseJson(reply.body)?.value, key)
  const context = { status, errorCode: words?.errorCode, retryAfterMs: retryAfterMs(reply, nowMs) }
  // The API's own words are left out for 401: they repeat the key, possibly cut or masked in a way that escapes redaction.
  if (status === 401) return makeError('API_UNAUTHENTICATED', call, 'was refused: the API key is not accepted', context)
  const parts = [words?.errorCode, words?.text].filter((part) => part !== undefined && part !== '')
  const said = parts.length === 0 ? '' : `: ${parts.join(': ')}`
  if (status === 429) return makeError('API_THROTTLED', call, `was refused as too many requests (429)${said}`, context)
  if (passing(status)) return makeError('API_UNREACHABLE', call, `failed with status ${status}${said}`, context)
  if (status >= 400 && words !== undefined) {
    return makeError('API_REFUSED', call, `was refused (${status})${said}`, context)
  }
  // Documented: a plan without credits answers 403 in plain text.
  if (status === 403) {
    return makeError(
      'API_THROTTLED',
      call,
      'was refused without a reason: the credits of the plan may be used up',
      context,
    )
  }
  if (status >= 300 && status < 400) return malformed(call, 'with a redirect, which is not followed', status)
  return malformed(call, `with status ${status} and no JSON object`, status)
}

function makeError(code: ErrorCode, call: CallName, what: string, context: KeywardError['context']): KeywardError {
  const known = Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined))
  const advice = ADVICE[code]
  return new KeywardError(code, `${call.method} ${call.path} ${what}`, {
    ...(advice === undefined ? {} : { advice }),
    context: { ...known, path: call.path },
  })
}
