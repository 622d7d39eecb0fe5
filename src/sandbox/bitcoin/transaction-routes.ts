import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import type { PendingQueue } from '../kms/pending-queue.js'
import type { BitcoinChain } from './bitcoin-chain.js'
import { buildPayment } from './payment.js'
import { paymentRequestSchema } from './payment-request.js'

/** `POST /v3/bitcoin/transaction` with signatureIds. */
export function bitcoinTransactionRoutes(chain: BitcoinChain, queue: PendingQueue): readonly Route[] {
  return [
    route('POST', '/v3/bitcoin/transaction', { body: paymentRequestSchema }, ({ body }) => ({
      signatureId: queue.add(buildPayment(body, chain.ledger)),
    })),
  ]
}
