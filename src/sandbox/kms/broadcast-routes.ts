import { z } from 'zod'
import { remoteText } from '../../core/errors.js'
import { TransactionRefused } from '../chain.js'
import type { LocalChain } from '../chain.js'
import type { Withdrawals } from '../accounts/withdrawals.js'
import { ApiError, forbidden, notServed } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { indexSchema, objectIdSchema } from '../schemas.js'
import type { PendingQueue } from './pending-queue.js'

const txData = z.string().min(1).max(500_000)

/** Broadcast of signed transactions. Order as in the API: the chain first, then the books; a failure in the books no longer undoes the broadcast. */
export function broadcastRoutes(
  chains: readonly LocalChain[],
  queue: PendingQueue,
  withdrawals: Withdrawals,
): readonly Route[] {
  return [
    ...chains.map((chain) =>
      route(
        'POST',
        `/v3/${chain.apiPath}/broadcast`,
        { body: z.object({ txData, signatureId: objectIdSchema.optional(), index: indexSchema.optional() }) },
        async ({ body }) => {
          const txId = await broadcast(chain, body.txData)
          const { signatureId } = body
          const done = succeeds(() => signatureId === undefined || queue.complete(signatureId, txId))
          return done ? { txId } : { txId, failed: true }
        },
      ),
    ),
    route(
      'POST',
      '/v3/offchain/withdrawal/broadcast',
      {
        body: z.object({
          currency: z.string().min(2).max(40),
          txData,
          withdrawalId: objectIdSchema.optional(),
          signatureId: objectIdSchema.optional(),
        }),
      },
      async ({ body }) => {
        const chain = chains.find(({ code }) => code === body.currency)
        if (chain === undefined) throw notServed('off-chain broadcasts of this currency')
        const { signatureId, withdrawalId } = body
        if (withdrawalId !== undefined) withdrawals.expectOpen(withdrawalId, chain.code)
        const txId = await broadcast(chain, body.txData)
        const completed = succeeds(() => {
          if (withdrawalId !== undefined) withdrawals.complete(withdrawalId, txId)
          if (signatureId !== undefined) queue.complete(signatureId, txId)
        })
        return { txId, completed }
      },
    ),
  ]
}

async function broadcast(chain: LocalChain, raw: string): Promise<string> {
  try {
    return await chain.broadcast(raw)
  } catch (thrown) {
    if (!(thrown instanceof TransactionRefused)) throw thrown
    throw forbidden(chain.broadcastError, `Unable to broadcast the transaction: ${remoteText(thrown.message)}`)
  }
}

function succeeds(bookkeeping: () => unknown): boolean {
  try {
    bookkeeping()
    return true
  } catch (thrown) {
    if (thrown instanceof ApiError) return false
    throw thrown
  }
}
