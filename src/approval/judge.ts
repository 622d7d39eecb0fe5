import { z } from 'zod'
import { remoteText } from '../core/errors.js'
import type { Digest } from '../core/ids.js'
import { suspicious, undecided } from './answer.js'
import type { Answer, NoAnswer, Verdict } from './answer.js'
import { parseStrictJson } from './strict-json.js'

/** Which answer is a yes: one that says so about this digest, or (the reference's contract) any 2xx. */
export type ReplyMode = 'explicit' | 'status'

const NO_ANSWER: Record<NoAnswer['why'], string> = {
  timeout: 'the approver gave no whole answer in time',
  interrupted: 'the question was given up because this program is stopping',
  unreachable: 'the approver cannot be reached',
  certificate: 'the certificate of the approver is not trusted',
  'cut-off': 'the connection to the approver broke before a whole answer had come',
  'too-large': 'the approver answered more than an approver says',
  'not-asked': 'the question to the approver could not be put together',
}

const ALARMING: ReadonlySet<NoAnswer['why']> = new Set(['certificate', 'too-large', 'not-asked'])

/** Reads the answer to a question about `digest`. Pure. Only what is certain to be a yes to exactly this question approves. */
export function judge(answer: Answer | NoAnswer, digest: Digest, mode: ReplyMode): Verdict {
  if (answer.kind === 'none') {
    const text = NO_ANSWER[answer.why] + (answer.code === undefined ? '' : ` (${answer.code})`)
    return ALARMING.has(answer.why) ? suspicious(text) : undecided(text)
  }
  const { status } = answer
  if (status >= 300 && status < 400) {
    return suspicious(`the approver answered with a redirect (${status}), which is not followed`)
  }
  const said = readStatement(answer)
  const refusal = readRefusal(status, said, digest)
  if (refusal) return refusal
  if (status === 404) return undecided('the approver does not know this transaction (yet)')
  if (status >= 400) return undecided(`the approver answered with status ${status}`)
  return mode === 'explicit' ? judgeExplicit(status, said, digest) : judgeStatus(answer, said, digest)
}

/** What a JSON object in the body says about the question. Other members are nobody's business here. */
type Statement =
  | {
      readonly form: 'object'
      readonly value: object
      readonly approved: unknown
      readonly digest: unknown
      readonly by?: string
      readonly reason?: string
    }
  | { readonly form: 'json'; readonly value: unknown }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'unreadable' }

const words = z.string().optional().catch(undefined)
const objectSchema = z.object({
  approved: z.unknown().optional(),
  digest: z.unknown().optional(),
  by: words,
  reason: words,
})

function readStatement(answer: Answer): Statement {
  if (!['', 'identity'].includes(answer.contentEncoding.toLowerCase())) return { form: 'unreadable' }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(answer.body)
  } catch {
    return { form: 'unreadable' }
  }
  const json = parseStrictJson(text)
  if (json === undefined) return { form: 'text', text }
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    return { form: 'json', ...json }
  const { approved, digest, by, reason } = objectSchema.parse(json.value)
  return {
    form: 'object',
    value: json.value,
    approved,
    digest,
    ...(by === undefined ? {} : { by: remoteText(by) }),
    ...(reason === undefined ? {} : { reason: remoteText(reason) }),
  }
}

const who = (said: Statement): { readonly by?: string } =>
  said.form === 'object' && said.by !== undefined && said.by !== '' ? { by: said.by } : {}

/** A no for good: `approved: false` with 2xx or 4xx, or status 403, about this digest or about none in particular. */
function readRefusal(status: number, said: Statement, digest: Digest): Verdict | undefined {
  const denies = said.form === 'object' && said.approved === false && status < 500
  if (!denies && status !== 403) return undefined
  if (said.form === 'object' && said.digest !== undefined && said.digest !== digest) return aboutAnother()
  if (said.form === 'object' && !denies && said.approved !== undefined) {
    return suspicious('the approver answered 403 with a body that does not say no')
  }
  const reason = said.form === 'object' ? said.reason : undefined
  return { verdict: 'refused', reason: reason ?? `the approver refused (status ${status})`, ...who(said) }
}

const aboutAnother = (): Verdict =>
  suspicious('the answer is about another transaction than the one that was asked about')

function judgeExplicit(status: number, said: Statement, digest: Digest): Verdict {
  if (status !== 200) return undecided(`the approver answered with status ${status}, which is neither yes nor no`)
  if (said.form !== 'object') return suspicious('the approver answered something that is not a decision')
  if (said.approved !== true) return suspicious('the answer of the approver has no "approved" that is true or false')
  if (said.digest === undefined) return suspicious('the approval does not name the digest it is about')
  return said.digest === digest ? { verdict: 'approved', ...who(said) } : aboutAnother()
}

/** Any 2xx is a yes here, unless the body says otherwise or was not written by an approver. */
function judgeStatus(answer: Answer, said: Statement, digest: Digest): Verdict {
  switch (said.form) {
    case 'unreadable':
      return suspicious('the approver answered something that cannot be read')
    case 'text':
      return judgeText(answer, said.text)
    case 'json':
      return said.value === false || Array.isArray(said.value)
        ? suspicious('the body of the answer contradicts its status')
        : { verdict: 'approved' }
    case 'object':
      if (said.digest !== undefined && said.digest !== digest) return aboutAnother()
      return saysOtherwise(said.value)
        ? suspicious('the body of the answer contradicts its status')
        : { verdict: 'approved', ...who(said) }
  }
}

/** Is there, at any depth, an `approved` that is not true? Answers come wrapped in envelopes. */
function saysOtherwise(value: object): boolean {
  const open: unknown[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    for (const [name, member] of Object.entries(next)) {
      if (name.toLowerCase() === 'approved' && member !== true) return true
      open.push(member)
    }
  }
  return false
}

function judgeText(answer: Answer, text: string): Verdict {
  const body = text.trim()
  if (/html|xml/i.test(answer.contentType) || body.startsWith('<')) {
    return suspicious('the approver answered with a web page, which is no decision')
  }
  // Broken JSON, or text in another encoding, may have been a no.
  if (body !== '' && (/json/i.test(answer.contentType) || /^[[{"]/.test(body) || /[\p{Cc}\ufffd]/u.test(body))) {
    return suspicious('the approver answered something that cannot be read')
  }
  return { verdict: 'approved' }
}
