import type { ReviewRequest } from '../core/approver.js'
import { intentJson } from '../core/intent.js'
import type { Question } from './ask.js'

/** The question about one transaction: `{url}/{pendingId}`, with the digest of what would be signed. */
export function makeQuestion(url: URL, method: 'GET' | 'POST', request: ReviewRequest): Question {
  const { pending, digest } = request
  const path = `${url.pathname.replace(/\/+$/, '')}/${pending.id}`
  const headers = { accept: 'application/json', 'x-keyward-digest': digest }
  if (method === 'GET') {
    return { method, path: `${path}?digest=${digest}`, headers }
  }
  return {
    method,
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(questionBody(request)),
  }
}

/** The pending transaction as the reference posts it, and one more member with what would be signed and the digest over it. */
function questionBody({ pending, plan, digest, intent }: ReviewRequest): object {
  return { ...pending, keyward: { digest, intent: intentJson(intent), plan } }
}
