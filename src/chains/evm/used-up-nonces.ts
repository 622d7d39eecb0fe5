import type { ChainLookups } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import type { PendingId } from '../../core/ids.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { EvmDefinition } from './definition.js'
import { finalTransactionCount } from './lookups.js'
import { senderOf, transactionOf } from './plan.js'

/** Longer than a node or an index lags behind another, on any chain, while it still answers. */
const SETTLING_MS = 10 * 60_000
const MAX_TRANSACTIONS = 10_000

/**
 * Which signed transactions are lost because a final one has their nonce. Whether that one is not these very bytes, the caller asks by their hash: the node
 * that answers this may be ahead of the one that answers that, and on some chains a block is final after a second. So a nonce counts as used up only
 * when it has been so for ten minutes; by then everybody knows what used it.
 */
export class UsedUpNonces {
  /** When each was first seen as used up. In memory only: after a restart the time begins anew. */
  readonly #since = new Map<PendingId, number>()

  constructor(
    private readonly definition: EvmDefinition,
    private readonly clock: Clock,
  ) {}

  /** @throws KeywardError API_* */
  async isLost(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
    const count = await finalTransactionCount(this.definition, senderOf(plan), lookups)
    if (count <= transactionOf(plan).nonce) {
      this.#since.delete(plan.pendingId)
      return false
    }
    const now = this.clock.now()
    const since = this.#since.get(plan.pendingId)
    if (since !== undefined && now >= since) return now - since >= SETTLING_MS
    this.#remember(plan.pendingId, now)
    return false
  }

  #remember(id: PendingId, now: number): void {
    this.#since.set(id, now)
    const oldest = this.#since.keys().next().value
    if (this.#since.size > MAX_TRANSACTIONS && oldest !== undefined) this.#since.delete(oldest)
  }
}
