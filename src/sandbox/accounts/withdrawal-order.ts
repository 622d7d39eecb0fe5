import { z } from 'zod'
import { forbidden } from '../http/api-error.js'
import { objectIdSchema } from '../schemas.js'
import type { Account, AccountBook } from './account-book.js'
import { balanceOf } from './balance.js'
import type { Withdrawals } from './withdrawals.js'

/** The fields that the off-chain transfers of all chains have. */
export const transferFields = {
  senderAccountId: objectIdSchema,
  compliant: z.boolean().optional(),
  paymentId: z.string().min(1).max(100).optional(),
  senderNote: z.string().min(1).max(500).optional(),
}

export interface Payee {
  readonly address: string
  readonly amount: bigint
}

interface PayeeFields {
  readonly address: string
  readonly amount: bigint
  readonly multipleAmounts?: readonly bigint[] | undefined
}

/** Who gets what: `address` may be a comma list that goes with `multipleAmounts`. @throws ApiError 403 withdrawal.recipient.format, amount.format */
export function payeesOf(account: Account, { address, amount, multipleAmounts }: PayeeFields): readonly Payee[] {
  const addresses = address.split(',').map((part) => part.trim())
  if (addresses.some((recipient) => !account.chain.isAddress(recipient))) {
    throw forbidden('withdrawal.recipient.format', `Recipients must be addresses of ${account.chain.code}'s testnet.`)
  }
  const amounts = multipleAmounts ?? [amount]
  const total = amounts.reduce((sum, part) => sum + part, 0n)
  if (amounts.length !== addresses.length || total !== amount || amount === 0n) {
    throw forbidden(
      'amount.format',
      'Each address needs an amount, and their sum must be the amount of the withdrawal.',
    )
  }
  return addresses.map((recipient, position) => ({ address: recipient, amount: amounts[position] ?? 0n }))
}

/** @throws ApiError 403 balance.insufficient, withdrawal.pending */
export async function expectCovered(
  account: Account,
  debit: bigint,
  book: AccountBook,
  withdrawals: Withdrawals,
): Promise<void> {
  const balance = await balanceOf(account, book, withdrawals)
  // Another one may have been stored while the balance was asked for.
  withdrawals.expectNoneOpen(account)
  if (balance < debit) {
    throw forbidden('balance.insufficient', 'The account holds less than the amount and the fee.')
  }
}
