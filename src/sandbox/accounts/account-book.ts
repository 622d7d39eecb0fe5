import type { LocalChain, SandboxChainCode } from '../chain.js'
import { forbidden } from '../http/api-error.js'
import { newObjectId } from '../object-id.js'

/** A virtual account of the ledger. */
export interface Account {
  readonly id: string
  readonly chain: LocalChain
  readonly xpub?: string
  readonly customerId?: string
  /** Fields the caller gave and gets back: accountCode, accountNumber, accountingCurrency. */
  readonly labels: Readonly<Record<string, string>>
}

/** An address whose incoming payments belong to an account. */
export interface DepositAddress {
  readonly accountId: string
  readonly address: string
  readonly xpub?: string
  readonly derivationKey?: number
}

/** Accounts, customers and deposit addresses. What an account owns is not kept here: it follows from the chain and the withdrawals. */
export class AccountBook {
  readonly #accounts = new Map<string, Account>()
  readonly #customers = new Map<string, string>()
  readonly #addresses: DepositAddress[] = []

  create(account: Omit<Account, 'id' | 'customerId'>, externalId?: string): Account {
    const customerId = externalId === undefined ? {} : { customerId: this.#customerId(externalId) }
    const created = { id: newObjectId(), ...account, ...customerId }
    this.#accounts.set(created.id, created)
    return created
  }

  /** @throws ApiError 403 account.not.exists */
  get(id: string): Account {
    const account = this.#accounts.get(id)
    if (account === undefined) throw forbidden('account.not.exists', `No such account with id '${id}'.`)
    return account
  }

  /** The account that is to send. @throws ApiError 403 senderAccount.not.exists, also for an account in another currency */
  sender(id: string, code: SandboxChainCode): Account {
    const account = this.#accounts.get(id)
    if (account?.chain.code === code) return account
    throw forbidden('senderAccount.not.exists', `No such ${code} account with id '${id}'.`)
  }

  /**
   * Hands out the address of a child of the account's xpub.
   * @param index default: one after the highest in use under this xpub, beginning with 1. Child 0 is where change goes and is given only when asked for.
   * @throws ApiError 403 account.xpub.missing, address.index.used
   */
  derive(account: Account, index?: number): DepositAddress {
    const { xpub } = account
    if (xpub === undefined) throw forbidden('account.xpub.missing', 'The account has no xpub to derive addresses from.')
    const used = this.#addresses.filter((other) => other.xpub === xpub).map(({ derivationKey = 0 }) => derivationKey)
    const derivationKey = index ?? Math.max(0, ...used) + 1
    if (used.includes(derivationKey)) {
      throw forbidden('address.index.used', `The address with index ${derivationKey} is already in use.`)
    }
    return this.#add({
      accountId: account.id,
      address: account.chain.deriveAddress(xpub, derivationKey),
      xpub,
      derivationKey,
    })
  }

  /** Gives an account without xpub an address it names. @throws ApiError 403 account.xpub.present, address.used */
  assign(account: Account, address: string): DepositAddress {
    if (account.xpub !== undefined) {
      throw forbidden('account.xpub.present', 'The account has an xpub: its addresses are derived, not assigned.')
    }
    return this.#add({ accountId: account.id, address })
  }

  addressesOf(accountId: string): readonly DepositAddress[] {
    return this.#addresses.filter((deposit) => deposit.accountId === accountId)
  }

  addressesUnder(xpub: string): readonly DepositAddress[] {
    return this.#addresses.filter((deposit) => deposit.xpub === xpub)
  }

  /** @throws ApiError 403 account.not.exists when the address belongs to no account of this currency. */
  ownerOf(address: string, currency: string): Account {
    const owner = this.#addresses
      .filter((deposit) => deposit.address.toLowerCase() === address.toLowerCase())
      .map(({ accountId }) => this.get(accountId))
      .find(({ chain }) => chain.code === currency)
    if (owner === undefined) throw forbidden('account.not.exists', 'No account has this address.')
    return owner
  }

  reset(): void {
    this.#accounts.clear()
    this.#customers.clear()
    this.#addresses.length = 0
  }

  #add(deposit: DepositAddress): DepositAddress {
    const taken = this.#addresses.some((other) => other.address.toLowerCase() === deposit.address.toLowerCase())
    if (taken) throw forbidden('address.used', 'The address is already assigned to an account.')
    this.#addresses.push(deposit)
    return deposit
  }

  #customerId(externalId: string): string {
    const known = this.#customers.get(externalId)
    if (known !== undefined) return known
    const id = newObjectId()
    this.#customers.set(externalId, id)
    return id
  }
}
