import type { IncomingMessage } from 'node:http'
import { ApiError, invalidRequest, problem } from './api-error.js'

/** Room for a poll with 25,000 signatureIds (975 kB), which is the most the API takes. */
const MAX_BODY_BYTES = 2 * 1024 * 1024

/** A body as it came and as a JSON value; empty text and `undefined` when there is none. */
export interface JsonBody {
  readonly text: string
  readonly value: unknown
}

/**
 * Reads a request's JSON body.
 * @throws ApiError 413 above 2 MiB, 415 for another content type (which also keeps simple cross-site form posts out), 400 for broken JSON.
 */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody> {
  const bytes = await readBytes(request)
  if (bytes.length === 0) return { text: '', value: undefined }
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new ApiError(415, 'sandbox.content.type', 'Send the body as application/json.')
  }
  try {
    const text = bytes.toString('utf8')
    return { text, value: JSON.parse(text) }
  } catch {
    throw invalidRequest([problem('body', 'isJson', 'the body is not valid JSON')])
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let total = 0
    request.on('data', (chunk: Buffer) => {
      total += chunk.length
      if (total <= MAX_BODY_BYTES) chunks.push(chunk)
      else reject(tooLarge())
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => reject(invalidRequest([problem('body', 'isComplete', 'the client hung up')])))
  })
}

const tooLarge = () =>
  new ApiError(413, 'sandbox.body.too.large', `A request body holds at most ${MAX_BODY_BYTES} bytes.`)
