import type { ChainLookups } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import type { Network } from '../../core/ids.js'
import type { EvmDefinition } from './definition.js'
import { transactionCount } from './lookups.js'
import { withHexPrefix } from './plan.js'

/** How long the network's count may serve for a busy account. */
const FRESH_MS = 10_000
const MAX_ACCOUNTS = 10_000

interface KnownCount {
  readonly count: bigint
  readonly askedAt: number
}

/**
 * Next nonces: the network's count or one above the highest nonce that was signed here, whichever is more. While an account is busy the second one leads,
 * and the network needs not be asked for each transaction; it is asked again every ten seconds, in case the key is used elsewhere too.
 */
export class NonceSource {
  /** In the order in which they were asked. */
  readonly #counts = new Map<string, KnownCount>()

  constructor(
    private readonly definition: EvmDefinition,
    private readonly clock: Clock,
  ) {}

  /** Never below one that was signed here. @throws KeywardError API_* */
  async next(network: Network, address: string, lookups: ChainLookups): Promise<bigint> {
    const highest = await lookups.highestSequence(address)
    const account = `${network}:${address}`
    const known = this.#counts.get(account)
    if (highest !== undefined && known !== undefined && highest >= known.count && this.#isFresh(known))
      return highest + 1n
    const count = await this.#ask(account, address, lookups)
    return highest === undefined || count > highest ? count : highest + 1n
  }

  #isFresh({ askedAt }: KnownCount): boolean {
    const age = this.clock.now() - askedAt
    return age >= 0 && age < FRESH_MS
  }

  async #ask(account: string, address: string, lookups: ChainLookups): Promise<bigint> {
    const askedAt = this.clock.now()
    const count = await transactionCount(this.definition, withHexPrefix(address), lookups)
    this.#counts.delete(account)
    this.#counts.set(account, { count, askedAt })
    const oldest = this.#counts.keys().next().value
    if (this.#counts.size > MAX_ACCOUNTS && oldest !== undefined) this.#counts.delete(oldest)
    return count
  }
}
