import type { ChainLookups } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { Settling } from '../common/settling.js'
import type { EvmDefinition } from './definition.js'
import { finalTransactionCount } from './lookups.js'
import { senderOf, transactionOf } from './plan.js'

/** Which signed transactions are lost because a final one has their nonce. On some chains a block is final after a second, so it has to have been so for a while. */
export class UsedUpNonces {
  readonly #settling: Settling

  constructor(
    private readonly definition: EvmDefinition,
    clock: Clock,
  ) {
    this.#settling = new Settling(clock)
  }

  /** @throws KeywardError API_* */
  async isLost(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
    const count = await finalTransactionCount(this.definition, senderOf(plan), lookups)
    return this.#settling.isSettled(plan.pendingId, count > transactionOf(plan).nonce)
  }
}
