import { z } from 'zod'
import { signatureIdSchema } from '../../core/ids.js'
import type { AccountBook } from '../accounts/account-book.js'
import { expectCovered, payeesOf, transferFields } from '../accounts/withdrawal-order.js'
import type { Withdrawals } from '../accounts/withdrawals.js'
import { amountText, integerText } from '../amounts.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import type { PendingQueue } from '../kms/pending-queue.js'
import { indexSchema } from '../schemas.js'
import type { EthereumChain } from './ethereum-chain.js'
import { quantity } from './json-rpc.js'
import { ETHER_DECIMALS, ethereumAddress, gasPriceText } from './schemas.js'
import { hexData, web3Json } from './web3-json.js'

/** Gas of a payment without data. */
const PAYMENT_GAS = 21_000n

/** Gas settings stand at the top level here, not in `fee` as in the on-chain call. */
const bodySchema = z.object({
  ...transferFields,
  amount: amountText(ETHER_DECIMALS),
  address: ethereumAddress,
  signatureId: signatureIdSchema,
  index: indexSchema.optional(),
  nonce: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  data: z.string().max(50_000).optional(),
  gasLimit: integerText.optional(),
  gasPrice: gasPriceText.optional(),
})

/** `POST /v3/offchain/ethereum/transfer` with a signatureId. The fee that is debited is gas limit times gas price, as far as they are known by now. */
export function ethereumTransferRoutes(
  chain: EthereumChain,
  book: AccountBook,
  withdrawals: Withdrawals,
  queue: PendingQueue,
): readonly Route[] {
  return [
    route('POST', '/v3/offchain/ethereum/transfer', { body: bodySchema }, async ({ body }) => {
      const { address, amount, gasLimit } = body
      const account = book.sender(body.senderAccountId, chain.code)
      payeesOf(account, body)
      const gasPrice = body.gasPrice ?? (await chain.rpc.call('eth_gasPrice', [], quantity))
      const fee = gasPrice * (gasLimit ?? PAYMENT_GAS)
      await expectCovered(account, amount + fee, book, withdrawals)
      const data = hexData(body.data)
      const { id } = withdrawals.store(account, { address, amount, fee, data: [] })
      const signatureId = queue.add({
        chain: chain.code,
        hashes: [body.signatureId],
        serializedTransaction: web3Json({
          to: address,
          value: amount,
          gasPrice,
          ...(data === undefined ? {} : { data }),
          ...(body.nonce === undefined ? {} : { nonce: body.nonce }),
          ...(gasLimit === undefined ? {} : { gas: gasLimit }),
        }),
        ...(body.index === undefined ? {} : { index: body.index }),
        withdrawalId: id,
      })
      return { signatureId }
    }),
  ]
}
