import { z } from 'zod'
import { signatureIdSchema } from '../../core/ids.js'
import { amountText } from '../amounts.js'
import type { AccountBook } from '../accounts/account-book.js'
import { expectCovered, payeesOf, transferFields } from '../accounts/withdrawal-order.js'
import type { Withdrawals } from '../accounts/withdrawals.js'
import { forbidden } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import type { PendingQueue } from '../kms/pending-queue.js'
import type { BitcoinChain } from './bitcoin-chain.js'
import { cover, poolAddressOf, withdrawalJson } from './withdrawal-parts.js'

const DECIMALS = 8
const DEFAULT_FEE = '0.0005'
const MIN_FEE_SATOSHIS = 1000n

const bodySchema = z.object({
  ...transferFields,
  address: z.string().min(1).max(10_000),
  amount: amountText(DECIMALS),
  multipleAmounts: z.array(amountText(DECIMALS)).max(1000).optional(),
  signatureId: signatureIdSchema,
  xpub: z.string().min(1).max(192),
  fee: z.string().default(DEFAULT_FEE).pipe(amountText(DECIMALS)),
})

/** `POST /v3/offchain/bitcoin/transfer` with a signatureId, which must be that of the mnemonic wallet behind the xpub. */
export function bitcoinTransferRoutes(
  chain: BitcoinChain,
  book: AccountBook,
  withdrawals: Withdrawals,
  queue: PendingQueue,
): readonly Route[] {
  return [
    route('POST', '/v3/offchain/bitcoin/transfer', { body: bodySchema }, async ({ body }) => {
      const { amount, fee, xpub, signatureId } = body
      const account = book.sender(body.senderAccountId, chain.code)
      if (account.xpub !== xpub) throw forbidden('account.xpub.incompatible', 'This is not the xpub of the account.')
      if (fee < MIN_FEE_SATOSHIS) throw forbidden('fee.format', 'The fee must be at least 0.00001.')
      const payees = payeesOf(account, body)
      await expectCovered(account, amount + fee, book, withdrawals)
      const coverage = cover(amount + fee, account, xpub, book, chain.ledger)
      const serializedTransaction = withdrawalJson(coverage, payees, poolAddressOf(account, xpub))
      const { id } = withdrawals.store(account, { address: body.address, amount, fee, data: coverage.parts })
      const pending = queue.add({
        chain: chain.code,
        hashes: [signatureId],
        serializedTransaction,
        withdrawalId: id,
        withdrawalResponses: coverage.parts,
      })
      return { signatureId: pending }
    }),
  ]
}
