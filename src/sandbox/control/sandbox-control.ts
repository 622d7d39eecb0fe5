import { amountText } from '../amounts.js'
import type { AccountBook } from '../accounts/account-book.js'
import { withdrawalJson } from '../accounts/withdrawal-routes.js'
import type { Withdrawals } from '../accounts/withdrawals.js'
import type { LocalChain, SandboxChainCode } from '../chain.js'
import { invalidRequest, notServed, problem } from '../http/api-error.js'
import type { PendingEntry, PendingQueue, ReportedFailure } from '../kms/pending-queue.js'

/** Everything the sandbox holds, for tests and demos to look at. */
export interface SandboxState {
  readonly chains: Readonly<Partial<Record<SandboxChainCode, { readonly height: number; readonly waiting: number }>>>
  /** With `txId` once done. */
  readonly pending: readonly PendingEntry[]
  /** What signers reported, oldest first; the last 1000. */
  readonly failures: readonly ReportedFailure[]
  readonly withdrawals: readonly Readonly<Record<string, string>>[]
}

/** The controls of the sandbox. */
export class SandboxControl {
  constructor(
    private readonly chains: readonly LocalChain[],
    private readonly queue: PendingQueue,
    private readonly book: AccountBook,
    private readonly withdrawals: Withdrawals,
  ) {}

  /** @param amount text in whole coins. @returns id of the paying transaction. @throws ApiError */
  async fund(code: SandboxChainCode, address: string, amount: string): Promise<string> {
    const chain = this.#chain(code)
    const units = amountText(chain.decimals).safeParse(amount)
    if (!units.success) throw invalidRequest([problem('amount', 'isAmount', `must be an amount of ${code}`)])
    return chain.fund(address, units.data)
  }

  /** @returns the new height. */
  async mine(code: SandboxChainCode, blocks: number): Promise<number> {
    const chain = this.#chain(code)
    await chain.mine(blocks)
    return chain.height()
  }

  async state(): Promise<SandboxState> {
    const chains = await Promise.all(
      this.chains.map(async (chain) => {
        const facts = { height: await chain.height(), waiting: await chain.waiting() }
        return [chain.code, facts] as const
      }),
    )
    return {
      chains: Object.fromEntries(chains),
      pending: this.queue.entries,
      failures: this.queue.failures,
      withdrawals: this.withdrawals.list().map(withdrawalJson),
    }
  }

  /** Forgets chains, accounts, withdrawals and pending transactions. */
  async reset(): Promise<void> {
    await Promise.all(this.chains.map((chain) => chain.reset()))
    this.queue.reset()
    this.book.reset()
    this.withdrawals.reset()
  }

  #chain(code: SandboxChainCode): LocalChain {
    const chain = this.chains.find((candidate) => candidate.code === code)
    if (chain === undefined) throw notServed(`${code}: it was started without it`)
    return chain
  }
}
