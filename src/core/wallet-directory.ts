import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChainKeys } from './chain.js'
import { asKeywardError } from './errors.js'
import type { ChainCode, Network, SignatureId } from './ids.js'
import type { Log } from './log.js'
import type { SecretBackend } from './secret-backend.js'
import { wipeWallet } from './wallet.js'
import type { WalletDescriptor } from './wallet.js'

const keyOf = (chain: ChainCode, network: Network): string => `${chain}/${network}`

/**
 * The wallets this process knows, by id and by chain, without any secret. Listing is done at start and again when the backend's revision changes; a
 * listing that fails half-way changes nothing.
 */
export class WalletDirectory {
  #byId: ReadonlyMap<SignatureId, WalletDescriptor> = new Map()
  #byChain: ReadonlyMap<string, readonly SignatureId[]> = new Map()
  #revision: string | undefined
  /** Descriptors with identifiers that the backend does not have on record. */
  readonly #completed = new Map<SignatureId, WalletDescriptor>()
  #refreshing: Promise<void> | undefined

  constructor(
    private readonly backend: SecretBackend,
    private readonly log: Log,
  ) {}

  /** Lists again if the backend may hold other wallets than before; callers at the same time share one listing. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #refresh(): Promise<void> {
    const revision = await this.backend.revision()
    if (revision !== undefined && revision === this.#revision) return
    const byId = new Map<SignatureId, WalletDescriptor>()
    const byChain = new Map<string, SignatureId[]>()
    for await (const wallet of this.backend.list()) {
      byId.set(wallet.signatureId, wallet)
      const key = keyOf(wallet.chain, wallet.network)
      const ids = byChain.get(key)
      if (ids) ids.push(wallet.signatureId)
      else byChain.set(key, [wallet.signatureId])
    }
    let added = 0
    for (const id of byId.keys()) if (!this.#byId.has(id)) added += 1
    const removed = this.#byId.size - (byId.size - added)
    this.#byId = byId
    this.#completed.clear()
    this.#byChain = byChain
    this.#revision = revision
    if (added > 0 || removed > 0) this.log.info('wallets.listed', { wallets: byId.size, added, removed })
  }

  get(signatureId: SignatureId): WalletDescriptor | undefined {
    return this.#completed.get(signatureId) ?? this.#byId.get(signatureId)
  }

  /**
   * Fills in the address or xpub of wallets that have none on record, which old wallet files do not keep. Each such wallet is read once; one that cannot
   * be read stays as it is, and its transaction finds out why. Deriving takes milliseconds and a list may name thousands of such wallets, so other work gets
   * its turn in between.
   */
  async complete(signatureIds: Iterable<SignatureId>, keys: ChainKeys): Promise<void> {
    for (const id of new Set(signatureIds)) {
      const known = this.#byId.get(id)
      if (known === undefined || known.xpub !== undefined || known.address !== undefined || this.#completed.has(id))
        continue
      try {
        const wallet = await this.backend.get(id)
        try {
          this.#completed.set(id, { ...known, ...keys.describe(wallet) })
        } finally {
          wipeWallet(wallet)
        }
        await nextTurn()
      } catch (thrown) {
        this.log.warn('wallet.undescribed', { signatureId: id, code: asKeywardError(thrown).code })
      }
    }
  }

  /** The same array object as long as the set of wallets is the same, so that what is made from it can be kept. */
  signatureIds(chain: ChainCode, network: Network): readonly SignatureId[] {
    return this.#byChain.get(keyOf(chain, network)) ?? []
  }

  get size(): number {
    return this.#byId.size
  }
}
