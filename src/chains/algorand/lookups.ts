import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { membersOf } from './plan.js'

const transactionReply = z.object({ id: z.string() })
const statusReply = z.object({ 'last-round': z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) })

/** Blocks are final at once, but the index in which a transaction is looked up follows behind. About a quarter of an hour. */
const LAG_ROUNDS = 300n

/** Does the network know this transaction? @throws KeywardError API_* for anything but a yes or a no. */
export async function isKnown(txId: string, lookups: ChainLookups): Promise<boolean> {
  try {
    const reply = transactionReply.safeParse(await lookups.get(`/v3/algorand/transaction/${txId}`))
    if (reply.success) return reply.data.id === txId
  } catch (error) {
    if (error instanceof KeywardError && error.context['status'] === 404) return false
    throw error
  }
  throw notUnderstood('the transaction')
}

/** Has the last round passed in which the bytes fit? Nothing after it can take them. @throws KeywardError API_* */
export async function isExpired(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
  const { lv } = membersOf(plan)
  const reply = statusReply.safeParse(await lookups.get('/v3/algorand/node/algod/{apiKey}/v2/status'))
  if (!reply.success) throw notUnderstood('the last round')
  return typeof lv === 'bigint' && BigInt(reply.data['last-round']) > lv + LAG_ROUNDS
}

const notUnderstood = (what: string): KeywardError =>
  new KeywardError('API_REPLY_MALFORMED', `the API's answer for ${what} is not understood`, {
    advice: 'It is asked again. If this stays, check the address of the API and its status page.',
  })
