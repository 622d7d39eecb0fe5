import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'

const CALL_TIMEOUT_MS = 20_000

/** The node's own words when it refuses a call. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
}

/** A number in the node's hexadecimal form. */
export const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform((text) => BigInt(text))

export const toQuantity = (value: bigint | number): string => `0x${value.toString(16)}`

const replySchema = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
})

/** JSON-RPC over HTTP to a node on this machine. */
export class JsonRpc {
  #id = 0

  constructor(private readonly url: string) {}

  /** @throws NodeError, KeywardError SANDBOX_UNAVAILABLE when the node does not answer, ZodError when it answers something else. */
  async call<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
    const text = await this.forward(JSON.stringify({ jsonrpc: '2.0', id: (this.#id += 1), method, params }))
    const reply = replySchema.parse(JSON.parse(text))
    if (reply.error !== undefined) throw new NodeError(reply.error.message)
    return schema.parse(reply.result)
  }

  /** Sends a JSON text as it is and gives back the node's text as it is. */
  async forward(body: string): Promise<string> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      })
      return await response.text()
    } catch (cause) {
      throw new KeywardError('SANDBOX_UNAVAILABLE', 'the local Ethereum node does not answer', {
        advice: 'Restart the sandbox.',
        cause,
      })
    }
  }
}
