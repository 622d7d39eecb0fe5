import type { ChainLookups } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { Settling } from '../common/settling.js'
import { accountNonce } from './lookups.js'
import { unsignedOf } from './plan.js'

/** Which signed transactions are lost because an executed one has their nonce. A block is final seconds after it was made; the nonce counts once it has been used for minutes. */
export class UsedUpNonces {
  readonly #settling: Settling

  constructor(clock: Clock) {
    this.#settling = new Settling(clock)
  }

  /** @throws KeywardError API_* */
  async isLost(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
    const { sender, nonce } = unsignedOf(plan)
    const executed = await accountNonce(sender, lookups)
    return this.#settling.isSettled(plan.pendingId, executed > BigInt(nonce))
  }
}
