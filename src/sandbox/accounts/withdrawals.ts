import type { LocalChain } from '../chain.js'
import { forbidden } from '../http/api-error.js'
import { newObjectId } from '../object-id.js'
import type { Account } from './account-book.js'

/** What the API calls a withdrawal response: an output to spend or, with `vIn` "-1", the change. `amount` is in whole coins. */
export interface WithdrawalPart {
  readonly address?: Readonly<Record<'address' | 'currency' | 'xpub', string>> & { readonly derivationKey: number }
  readonly amount: number
  readonly vIn: string
  readonly vInIndex: number
  readonly scriptPubKey?: string
}

export type WithdrawalStatus = 'InProgress' | 'Done' | 'Cancelled'

/** Money that leaves an account. Amounts are in smallest units. */
export interface Withdrawal {
  readonly id: string
  readonly reference: string
  readonly status: WithdrawalStatus
  readonly accountId: string
  readonly chain: LocalChain
  readonly xpub?: string
  readonly address: string
  readonly amount: bigint
  readonly fee: bigint
  readonly data: readonly WithdrawalPart[]
  readonly txId?: string
  /** A cancelled withdrawal whose fee was not given back. */
  readonly feeKept?: boolean
}

export type WithdrawalOrder = Pick<Withdrawal, 'address' | 'amount' | 'fee' | 'data'>

/** The ledger's debits. */
export class Withdrawals {
  readonly #all = new Map<string, Withdrawal>()

  /**
   * Debits the account.
   * @throws ApiError 403 withdrawal.pending while another one of the account, or of its xpub, is under way: the two would spend the same outputs.
   */
  store(account: Account, order: WithdrawalOrder): Withdrawal {
    this.expectNoneOpen(account)
    const withdrawal: Withdrawal = {
      id: newObjectId(),
      reference: newObjectId(),
      status: 'InProgress',
      accountId: account.id,
      chain: account.chain,
      ...(account.xpub === undefined ? {} : { xpub: account.xpub }),
      ...order,
    }
    this.#all.set(withdrawal.id, withdrawal)
    return withdrawal
  }

  /** @throws ApiError 403 withdrawal.pending */
  expectNoneOpen(account: Account): void {
    const open = this.list().find(
      ({ status, accountId, xpub }) =>
        status === 'InProgress' && (accountId === account.id || (xpub !== undefined && xpub === account.xpub)),
    )
    if (open !== undefined) {
      throw forbidden('withdrawal.pending', `The withdrawal '${open.id}' must be completed or cancelled first.`)
    }
  }

  /** @throws ApiError 403 withdrawal.missing, withdrawal.unexpected.state */
  expectOpen(id: string, currency?: string): Withdrawal {
    const withdrawal = this.#all.get(id)
    if (withdrawal === undefined || (currency !== undefined && withdrawal.chain.code !== currency)) {
      throw forbidden('withdrawal.missing', `No such withdrawal with id '${id}'.`)
    }
    if (withdrawal.status !== 'InProgress') {
      throw forbidden('withdrawal.unexpected.state', `The withdrawal '${id}' is ${withdrawal.status}.`)
    }
    return withdrawal
  }

  complete(id: string, txId: string): void {
    this.#all.set(id, { ...this.expectOpen(id), status: 'Done', txId })
  }

  /** @param revertFee whether the fee is given back as well. */
  cancel(id: string, revertFee: boolean): void {
    this.#all.set(id, { ...this.expectOpen(id), status: 'Cancelled', feeKept: !revertFee })
  }

  /** Newest last. */
  list(): readonly Withdrawal[] {
    return [...this.#all.values()]
  }

  /** What has left, or is leaving, the account. */
  debits(accountId: string): bigint {
    return this.list()
      .filter((withdrawal) => withdrawal.accountId === accountId)
      .reduce((sum, withdrawal) => sum + debitOf(withdrawal), 0n)
  }

  reset(): void {
    this.#all.clear()
  }
}

function debitOf({ status, amount, fee, feeKept }: Withdrawal): bigint {
  if (status !== 'Cancelled') return amount + fee
  return feeKept === true ? fee : 0n
}
