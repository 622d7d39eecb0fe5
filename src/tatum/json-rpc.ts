import { z } from 'zod'
import { KeywardError } from '../core/errors.js'
import { malformed } from './api-errors.js'
import type { CallName } from './api-errors.js'
import type { ApiKey } from './api-key.js'
import { readErrorWords } from './error-words.js'

const replySchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  error: z.unknown().optional(),
  result: z.unknown().optional(),
})

/**
 * The `result` of a JSON-RPC 2.0 answer.
 * @throws KeywardError API_REFUSED with the node's words when it carries an error; API_REPLY_MALFORMED when it is no such answer, or one to another request.
 */
export function readRpcReply(call: CallName, body: unknown, id: number, key: ApiKey): unknown {
  const parsed = replySchema.safeParse(body)
  if (!parsed.success) throw malformed(call, 'something that is not a JSON-RPC answer')
  const { error, result, id: answered } = parsed.data
  if (answered !== undefined && answered !== null && String(answered) !== String(id)) {
    throw malformed(call, 'with the answer to another request')
  }
  if (error !== undefined && error !== null) {
    const words = readErrorWords({ error }, key)?.text
    throw new KeywardError(
      'API_REFUSED',
      `the node refused ${call.method} ${call.path}: ${words ?? 'no reason given'}`,
      {
        context: { status: 200, path: call.path, ...rpcCode(error) },
      },
    )
  }
  if (result === undefined) throw malformed(call, 'without a result')
  return result
}

function rpcCode(error: unknown): { readonly rpcCode?: number } {
  const parsed = z.object({ code: z.number() }).safeParse(error)
  return parsed.success ? { rpcCode: parsed.data.code } : {}
}
