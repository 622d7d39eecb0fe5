import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'

const infoReply = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/i) })
const blockReply = z.object({ timestamp: z.number().int().min(0).max(8.64e15) })
const transactionReply = z.object({ txID: z.string() })

/** When the newest block was made, in milliseconds since the epoch: the time that expirations are compared with. @throws KeywardError API_* */
export async function headTimeMs(lookups: ChainLookups): Promise<number> {
  const { hash } = parseReply(infoReply, await lookups.get('/v3/tron/info'), 'the newest block')
  return parseReply(blockReply, await lookups.get(`/v3/tron/block/${hash}`), 'the newest block').timestamp
}

/** @throws KeywardError API_* for anything but a yes or a no. */
export async function isKnown(txId: string, lookups: ChainLookups): Promise<boolean> {
  try {
    const reply = await lookups.get(`/v3/tron/transaction/${txId}`)
    return parseReply(transactionReply, reply, 'the transaction').txID.toLowerCase() === txId
  } catch (error) {
    if (error instanceof KeywardError && error.context['status'] === 404) return false
    throw error
  }
}

function parseReply<T extends z.ZodType>(schema: T, reply: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw new KeywardError('API_REPLY_MALFORMED', `the API's answer for ${what} is not understood`, {
    advice:
      'The transaction waits and is tried again. If this stays, check the address of the API and its status page.',
  })
}
