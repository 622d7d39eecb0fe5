import { z } from 'zod'
import { signatureIdSchema } from '../../core/ids.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { objectIdSchema } from '../schemas.js'
import type { Withdrawals } from '../accounts/withdrawals.js'
import type { PendingQueue } from './pending-queue.js'

/** The most wallets one poll may name. */
const MAX_WALLETS = 25_000

/** Signers poll for every chain they know. Those that do not run here have nothing pending, which is a better answer than an error per poll. */
const chainParam = z.object({ chain: z.string().regex(/^[A-Z]{2,8}$/, 'must be a chain code in upper case') })
const walletIds = z.array(signatureIdSchema).max(MAX_WALLETS)
const walletIdList = z
  .string()
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(walletIds)

const idParam = z.object({ id: objectIdSchema })

/** The signer's side: `/v3/kms/...` and the batch of failures. */
export function kmsRoutes(queue: PendingQueue, withdrawals: Withdrawals): readonly Route[] {
  return [
    route(
      'POST',
      '/v3/kms/pending/:chain',
      { params: chainParam, body: z.object({ signatureIds: walletIds }) },
      ({ params, body }) => queue.waiting(params.chain, new Set(body.signatureIds)),
    ),
    route(
      'GET',
      '/v3/kms/pending/:chain',
      { params: chainParam, query: z.object({ signatures: walletIdList.optional() }) },
      ({ params, query }) => queue.waiting(params.chain, query.signatures && new Set(query.signatures)),
    ),
    route('GET', '/v3/kms/:id', { params: idParam }, ({ params }) => queue.get(params.id)),
    route('PUT', '/v3/kms/:id/:txId', { params: idParam.extend({ txId: z.string().min(10).max(80) }) }, ({ params }) =>
      queue.complete(params.id, params.txId),
    ),
    route(
      'DELETE',
      '/v3/kms/:id',
      { params: idParam, query: z.object({ revert: z.enum(['true', 'false']).default('true') }) },
      ({ params, query }) => {
        const { withdrawalId, txId } = queue.remove(params.id)
        if (withdrawalId !== undefined && txId === undefined) withdrawals.cancel(withdrawalId, query.revert === 'true')
      },
    ),
    route(
      'POST',
      '/v3/tatum/kms/batch',
      {
        body: z.object({
          errors: z.array(z.object({ signatureId: objectIdSchema, error: z.string().max(10_000) })).max(10_000),
        }),
      },
      ({ body }) => queue.recordFailures(body.errors),
    ),
  ]
}
