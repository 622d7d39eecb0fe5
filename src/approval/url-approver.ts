import type { Pool } from 'undici'
import type { Approver, Decision, ReviewRequest } from '../core/approver.js'
import type { Log } from '../core/log.js'
import type { Answer, NoAnswer, Verdict } from './answer.js'
import { parseApproverUrl } from './approver-url.js'
import { ask } from './ask.js'
import { judge } from './judge.js'
import type { ReplyMode } from './judge.js'
import { makeQuestion } from './question.js'

export interface UrlApproverOptions {
  /** The pending id is appended as the last part of the path; a trailing slash does not double. */
  readonly url: string
  /** GET: the approver gets id and digest. POST: it gets the whole transaction as well. */
  readonly method: 'GET' | 'POST'
  readonly reply: ReplyMode
  /** Plain http to another machine. */
  readonly allowInsecure: boolean
  /** For one question, from connecting to the last byte of the answer. */
  readonly deadlineMs: number
  readonly log: Log
}

const CONNECTIONS = 32

/** The four-eye check by URL: one question for each review, no repeats. What stays undecided is asked again when the transaction is listed again. */
export class UrlApprover implements Approver {
  readonly #url: URL
  #pool: Promise<Pool> | undefined

  /** @throws KeywardError CONFIG_INVALID for an address that may not be used. */
  constructor(private readonly options: UrlApproverOptions) {
    this.#url = parseApproverUrl(options.url, options.allowInsecure)
  }

  async review(request: ReviewRequest): Promise<Decision> {
    const { digest } = request
    const answer = await this.#ask(request)
    const verdict = judge(answer, digest, this.options.reply)
    this.#report(request, answer, verdict)
    const host = this.#url.host
    const person = verdict.verdict === 'undecided' ? undefined : verdict.by
    const by = person === undefined ? host : `${person} via ${host}`
    return verdict.verdict === 'approved'
      ? { verdict: 'approved', digest, by }
      : { verdict: verdict.verdict, digest, by, reason: verdict.reason }
  }

  /** Ends open connections; a review in progress becomes undecided. Safe to call twice. */
  async close(): Promise<void> {
    const pool = await this.#pool
    await pool?.destroy()
  }

  async #ask(request: ReviewRequest): Promise<Answer | NoAnswer> {
    try {
      this.#pool ??= this.#open()
      const question = makeQuestion(this.#url, this.options.method, request)
      return await ask(await this.#pool, question, this.options.deadlineMs, request.signal)
    } catch {
      // An approver throws nothing, and a question that was not asked is no yes.
      return { kind: 'none', why: 'not-asked' }
    }
  }

  async #open(): Promise<Pool> {
    const undici = await import('undici')
    return new undici.Pool(this.#url.origin, {
      connections: CONNECTIONS,
      connectTimeout: this.options.deadlineMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  #report(request: ReviewRequest, answer: Answer | NoAnswer, verdict: Verdict): void {
    const fields = {
      id: request.pending.id,
      by: this.#url.host,
      verdict: verdict.verdict,
      status: answer.kind === 'answer' ? answer.status : undefined,
      reason: verdict.verdict === 'approved' ? undefined : verdict.reason,
    }
    if (verdict.verdict === 'undecided' && verdict.suspicious === true)
      this.options.log.warn('approval.suspicious', fields)
    else this.options.log.debug('approval.answered', fields)
  }
}
