import { notServed } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import type { PendingQueue } from '../kms/pending-queue.js'
import type { EthereumChain } from './ethereum-chain.js'
import { quantity } from './json-rpc.js'
import { paymentRequestSchema } from './schemas.js'
import { hexData, web3Json } from './web3-json.js'

/** `POST /v3/ethereum/transaction` with a signatureId. */
export function ethereumTransactionRoutes(chain: EthereumChain, queue: PendingQueue): readonly Route[] {
  return [
    route('POST', '/v3/ethereum/transaction', { body: paymentRequestSchema }, async ({ body }) => {
      if (body.currency !== chain.code) throw notServed('transfers of tokens, which the API knows on mainnet only')
      const data = hexData(body.data)
      const serializedTransaction = web3Json({
        to: body.to,
        value: body.amount,
        gasPrice: body.fee?.gasPrice ?? (await chain.rpc.call('eth_gasPrice', [], quantity)),
        ...(data === undefined ? {} : { data }),
        ...(body.nonce === undefined ? {} : { nonce: body.nonce }),
        ...(body.fee === undefined ? {} : { gas: body.fee.gasLimit }),
      })
      const signatureId = queue.add({
        chain: chain.code,
        hashes: [body.signatureId],
        serializedTransaction,
        ...(body.index === undefined ? {} : { index: body.index }),
      })
      return { signatureId }
    }),
  ]
}
