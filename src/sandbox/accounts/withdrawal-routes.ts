import { z } from 'zod'
import { formatUnits } from '../../core/amount.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { numberText, objectIdSchema } from '../schemas.js'
import type { Withdrawal, Withdrawals } from './withdrawals.js'

const idParam = z.object({ id: objectIdSchema })
const listQuery = z.object({
  pageSize: numberText(50).pipe(z.number().min(1)),
  offset: numberText(1_000_000).default(0),
  currency: z.string().optional(),
  status: z.enum(['InProgress', 'Done', 'Cancelled']).optional(),
})

/** Listing, completing and cancelling withdrawals by hand: `/v3/offchain/withdrawal/...`. They are stored by the off-chain transfers. */
export function withdrawalRoutes(withdrawals: Withdrawals): readonly Route[] {
  return [
    route('GET', '/v3/offchain/withdrawal', { query: listQuery }, ({ query }) =>
      withdrawals
        .list()
        .filter(({ chain }) => query.currency === undefined || query.currency === chain.code)
        .filter(({ status }) => query.status === undefined || query.status === status)
        .slice(query.offset, query.offset + query.pageSize)
        .map(withdrawalJson),
    ),
    route(
      'PUT',
      '/v3/offchain/withdrawal/:id/:txId',
      { params: idParam.extend({ txId: z.string().min(10).max(88) }) },
      ({ params }) => withdrawals.complete(params.id, params.txId),
    ),
    route(
      'DELETE',
      '/v3/offchain/withdrawal/:id',
      { params: idParam, query: z.object({ revert: z.enum(['true', 'false']).default('true') }) },
      ({ params, query }) => withdrawals.cancel(params.id, query.revert === 'true'),
    ),
  ]
}

/** The API's form; amounts as text in whole coins. */
export function withdrawalJson(withdrawal: Withdrawal): Readonly<Record<string, string>> {
  const { id, txId, status, accountId, reference, chain, amount, fee, address } = withdrawal
  return {
    id,
    ...(txId === undefined ? {} : { txId }),
    status,
    accountId,
    reference,
    currency: chain.code,
    amount: formatUnits(amount, chain.decimals),
    fee: formatUnits(fee, chain.decimals),
    address,
  }
}
