import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'

const replySchema = z.object({ hash: z.string() })

/**
 * Does the API find a transaction under its id? For chains whose answer names the id `hash`, in hexadecimal of either case.
 * @param path below the API's base address, with the id in it.
 * @throws KeywardError API_* for anything but a yes or a no.
 */
export async function isKnownTransaction(path: string, txId: string, lookups: ChainLookups): Promise<boolean> {
  try {
    const reply = replySchema.safeParse(await lookups.get(path))
    if (reply.success) return reply.data.hash.toLowerCase() === txId.toLowerCase()
  } catch (error) {
    if (error instanceof KeywardError && error.context['status'] === 404) return false
    throw error
  }
  throw new KeywardError('API_REPLY_MALFORMED', "the API's answer for the transaction is not understood", {
    advice: 'It is asked again. If this stays, check the address of the API and its status page.',
  })
}
