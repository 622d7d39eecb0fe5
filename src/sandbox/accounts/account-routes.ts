import { z } from 'zod'
import type { LocalChain } from '../chain.js'
import { forbidden, notServed } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { indexText, objectIdSchema } from '../schemas.js'
import type { Account, AccountBook, DepositAddress } from './account-book.js'
import { balanceJson } from './balance.js'
import type { Withdrawals } from './withdrawals.js'

const idParam = z.object({ id: objectIdSchema })
const shortText = z.string().min(1).max(50)

const accountBody = z.object({
  currency: z.string().min(2).max(40),
  xpub: z.string().min(1).max(192).optional(),
  customer: z.object({ externalId: z.string().min(1).max(100) }).optional(),
  compliant: z.boolean().optional(),
  accountCode: shortText.optional(),
  accountNumber: shortText.optional(),
  accountingCurrency: z.string().length(3).optional(),
})

/** Virtual accounts and their deposit addresses: `/v3/ledger/account/...`, `/v3/offchain/account/...`. */
export function accountRoutes(
  chains: readonly LocalChain[],
  book: AccountBook,
  withdrawals: Withdrawals,
): readonly Route[] {
  const accountJson = async (account: Account) => ({
    id: account.id,
    balance: await balanceJson(account, book, withdrawals),
    currency: account.chain.code,
    frozen: false,
    active: true,
    ...(account.customerId === undefined ? {} : { customerId: account.customerId }),
    ...account.labels,
    ...(account.xpub === undefined ? {} : { xpub: account.xpub }),
  })
  return [
    route('POST', '/v3/ledger/account', { body: accountBody }, ({ body }) => {
      const { currency, xpub, customer, accountCode, accountNumber, accountingCurrency } = body
      const chain = chains.find(({ code }) => code === currency)
      if (chain === undefined)
        throw notServed(`accounts in other currencies than ${chains.map(({ code }) => code).join(' and ')}`)
      if (xpub !== undefined) expectXpub(chain, xpub)
      const labels = defined({ accountCode, accountNumber, accountingCurrency })
      return accountJson(book.create({ chain, labels, ...(xpub === undefined ? {} : { xpub }) }, customer?.externalId))
    }),
    route('GET', '/v3/ledger/account/:id', { params: idParam }, ({ params }) => accountJson(book.get(params.id))),
    route('GET', '/v3/ledger/account/:id/balance', { params: idParam }, ({ params }) =>
      balanceJson(book.get(params.id), book, withdrawals),
    ),
    route(
      'GET',
      '/v3/offchain/account/address/:address/:currency',
      { params: z.object({ address: z.string(), currency: z.string() }) },
      ({ params }) => accountJson(book.ownerOf(params.address, params.currency)),
    ),
    route(
      'POST',
      '/v3/offchain/account/:id/address',
      { params: idParam, query: z.object({ index: indexText.optional() }) },
      ({ params, query }) => {
        const account = book.get(params.id)
        return depositJson(account, book.derive(account, query.index))
      },
    ),
    route('GET', '/v3/offchain/account/:id/address', { params: idParam }, ({ params }) => {
      const account = book.get(params.id)
      return book.addressesOf(account.id).map((deposit) => depositJson(account, deposit))
    }),
    route(
      'POST',
      '/v3/offchain/account/:id/address/:address',
      { params: idParam.extend({ address: z.string().max(110) }) },
      ({ params }) => {
        const account = book.get(params.id)
        if (!account.chain.isAddress(params.address)) {
          throw forbidden('address.format', `This is not an address of ${account.chain.code}'s testnet.`)
        }
        return depositJson(account, book.assign(account, params.address))
      },
    ),
  ]
}

function depositJson(account: Account, { address, xpub, derivationKey }: DepositAddress) {
  return { address, currency: account.chain.code, ...defined({ derivationKey, xpub }) }
}

/** The members that have a value. */
function defined<T>(members: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function expectXpub(chain: LocalChain, xpub: string): void {
  try {
    chain.deriveAddress(xpub, 0)
  } catch {
    throw forbidden('account.xpub.incompatible', `This is not an extended public key of ${chain.code}'s testnet.`)
  }
}
