import type { Clock } from '../../core/clock.js'
import type { Log } from '../../core/log.js'
import type { SecretReference, SecretSource } from '../../core/secret-reference.js'
import type { ManagedWallet } from '../../core/wallet.js'

/** What a backend is given besides its configuration. */
export interface BackendDependencies {
  readonly secrets: SecretSource
  readonly log: Log
  readonly clock: Clock
  /**
   * Re-derives what a wallet claims about itself: the chain registry's `keys.inspect`, injected because backends know no chains.
   * @returns one sentence for each claim that does not hold. @throws KeywardError CHAIN_UNKNOWN for a chain this build does not have.
   */
  readonly inspect: (wallet: ManagedWallet) => Promise<readonly string[]>
  /** A backend with a store of its own: does a missing store fail, or is it created with the first wallet? */
  readonly whenMissing: 'fail' | 'create'
  /** Where a changed password comes from, when it is not asked from the place of the present one. */
  readonly newPassword?: SecretReference
}
