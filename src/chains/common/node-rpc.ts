import { z } from 'zod'
import type { ChainLookups, RpcOptions } from '../../core/chain.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'

/** Role of a node of the customer's own, in a chain's `endpoints`. */
export const OWN_NODE = 'node'

const rpcReply = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
})

/**
 * JSON-RPC to a node of the customer's own when the configuration names one, through the API otherwise.
 * @param path below the API's base address; `{apiKey}` stands for the key.
 * @returns the `result` member. @throws KeywardError API_*
 */
export async function callNode(
  lookups: ChainLookups,
  path: string,
  method: string,
  params: readonly JsonValue[],
  options: RpcOptions = {},
): Promise<unknown> {
  const body = { jsonrpc: '2.0', id: 1, method, params }
  let reply: unknown
  try {
    reply = await lookups.endpoint(OWN_NODE, { method: 'POST', path: '', body, ...options })
  } catch (error) {
    // This code says that there is no such endpoint: nothing was sent.
    if (error instanceof KeywardError && error.code === 'CONFIG_INVALID')
      return lookups.rpc(path, method, params, options)
    throw error
  }
  const parsed = rpcReply.safeParse(reply)
  if (!parsed.success) throw nodeReplyMalformed(method)
  const { result, error } = parsed.data
  if (error === null || error === undefined) return result
  throw new KeywardError('API_REFUSED', `the node refused ${method}: ${remoteText(error.message)}`, {
    context: { status: 200, rpcCode: error.code },
  })
}

/** @param what was asked for. */
export const nodeReplyMalformed = (what: string): KeywardError =>
  new KeywardError('API_REPLY_MALFORMED', `the node's answer for ${what} is not understood`, {
    advice: 'The transaction waits and is tried again. If this stays, check the address of the API or of the node.',
  })
