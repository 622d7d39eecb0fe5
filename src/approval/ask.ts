import type { Dispatcher, Pool } from 'undici'
import { withDeadline } from '../core/deadline.js'
import type { Answer, NoAnswer } from './answer.js'

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** A decision is a few words; nothing longer is read. */
export const MAX_ANSWER_BYTES = 16 * 1024

/** Asks once. Follows no redirect, throws nothing. */
export function ask(
  pool: Pool,
  question: Question,
  deadlineMs: number,
  outer?: AbortSignal,
): Promise<Answer | NoAnswer> {
  return withDeadline(deadlineMs, outer, async (deadline) => {
    let answering = false
    try {
      const response = await pool.request({ ...question, signal: deadline.signal })
      answering = true
      return await readAnswer(response)
    } catch (thrown) {
      if (deadline.stopped === undefined) return failure(thrown, answering)
      return { kind: 'none', why: deadline.stopped === 'deadline' ? 'timeout' : 'interrupted' }
    }
  })
}

async function readAnswer(response: Dispatcher.ResponseData): Promise<Answer | NoAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) return { kind: 'none', why: 'too-large' }
    chunks.push(chunk)
  }
  return {
    kind: 'answer',
    status: response.statusCode,
    contentType: headerText(response.headers['content-type']),
    contentEncoding: headerText(response.headers['content-encoding']),
    body: Buffer.concat(chunks),
  }
}

const headerText = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(',') : (value ?? '')

const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_)/
const BROKEN = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_)/

/** Codes only: the texts of foreign errors may quote what was sent. */
function failure(thrown: unknown, answering: boolean): NoAnswer {
  const found: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (typeof found !== 'string' || !/^[A-Z][A-Z0-9_]{2,60}$/.test(found)) {
    return { kind: 'none', why: answering ? 'cut-off' : 'unreachable' }
  }
  if (CERTIFICATE.test(found)) return { kind: 'none', why: 'certificate', code: found }
  return { kind: 'none', why: answering || BROKEN.test(found) ? 'cut-off' : 'unreachable', code: found }
}
