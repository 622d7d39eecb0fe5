import { formatUnits } from '../../core/amount.js'
import type { Account, AccountBook } from './account-book.js'
import type { Withdrawals } from './withdrawals.js'

/**
 * What an account owns, in smallest units: confirmed deposits to its addresses less its withdrawals. As in the API, the ledger and the chain are two books:
 * spending a deposit address by an on-chain call leaves the account as it is, so this may be negative on no account but can exceed the coins that are left.
 */
export async function balanceOf(account: Account, book: AccountBook, withdrawals: Withdrawals): Promise<bigint> {
  const addresses = book.addressesOf(account.id).map(({ address }) => address)
  return (await account.chain.deposits(addresses)) - withdrawals.debits(account.id)
}

/** The API's balance object. Nothing in the sandbox blocks a part of a balance, so both amounts are the same. */
export async function balanceJson(
  account: Account,
  book: AccountBook,
  withdrawals: Withdrawals,
): Promise<{ readonly accountBalance: string; readonly availableBalance: string }> {
  const balance = formatUnits(await balanceOf(account, book, withdrawals), account.chain.decimals)
  return { accountBalance: balance, availableBalance: balance }
}
