import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChainKeys } from './chain.js'
import type { Clock } from './clock.js'
import { asKeywardError } from './errors.js'
import type { ChainCode, Network, SignatureId } from './ids.js'
import type { Log } from './log.js'
import type { SecretBackend } from './secret-backend.js'
import { wipeWallet } from './wallet.js'
import type { WalletDescriptor } from './wallet.js'

const keyOf = (chain: ChainCode, network: Network): string => `${chain}/${network}`

const FACTS = ['chain', 'network', 'kind', 'xpub', 'address', 'createdAt'] as const

/** Descriptors of one id differ when somebody has removed the wallet and given its id to another one. */
const sameDescriptor = (left: WalletDescriptor, right: WalletDescriptor): boolean =>
  FACTS.every((fact) => left[fact] === right[fact])

export interface ListingReport {
  readonly wallets: number
  readonly added: number
  readonly removed: number
}

export interface DirectoryOptions {
  /** For backends that cannot tell cheaply whether anything has changed: how long a listing counts as current. */
  readonly relistMs: number
}

/**
 * The wallets this process knows, by id and by chain, without any secret. Listing is done at start and again when the backend's revision changes, or every now
 * and then where there is none. A listing that fails half-way changes nothing.
 */
export class WalletDirectory {
  #byId: ReadonlyMap<SignatureId, WalletDescriptor> = new Map()
  #byChain: ReadonlyMap<string, readonly SignatureId[]> = new Map()
  #revision: string | undefined
  #listedAt: number | undefined
  /** Descriptors with identifiers that the backend does not have on record. */
  readonly #completed = new Map<SignatureId, WalletDescriptor>()
  #listing: Promise<ListingReport> | undefined

  constructor(
    private readonly backend: SecretBackend,
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly options: DirectoryOptions,
  ) {}

  /**
   * Lists again if the backend may hold other wallets than before. Where only time can tell, that goes on in the background: a listing may take a minute, and
   * signing does not wait for it.
   * @throws KeywardError BACKEND_*, STORE_* when the first listing fails, or one that a new revision asked for.
   */
  async refresh(): Promise<void> {
    if (this.#listedAt === undefined) {
      await this.#listOnce()
      return
    }
    const revision = await this.backend.revision()
    if (revision === undefined) this.#relistInTime()
    else if (revision !== this.#revision) await this.#listOnce()
  }

  /** Lists everything anew, whatever is known. @throws KeywardError; then nothing has changed. */
  async reload(): Promise<ListingReport> {
    await this.#listing?.catch(() => undefined)
    this.backend.forget?.()
    return this.#listOnce()
  }

  /** Callers at the same time share one listing. */
  #listOnce(): Promise<ListingReport> {
    this.#listing ??= this.#list().finally(() => {
      this.#listing = undefined
    })
    return this.#listing
  }

  #relistInTime(): void {
    const now = this.clock.now()
    if (this.#listing !== undefined || Math.abs(now - (this.#listedAt ?? now)) < this.options.relistMs) return
    this.#listedAt = now // Counts for a failure too, so that a failing backend is not listed at every poll.
    this.#listOnce().catch((thrown: unknown) => {
      const { code, message, advice } = asKeywardError(thrown)
      this.log.warn('wallets.not-listed', { code, reason: message, advice })
    })
  }

  async #list(): Promise<ListingReport> {
    const revision = await this.backend.revision()
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
    let exchanged = false
    for (const [id, wallet] of byId) {
      const known = this.#byId.get(id)
      if (known === undefined) added += 1
      else exchanged ||= !sameDescriptor(known, wallet)
    }
    const report = { wallets: byId.size, added, removed: this.#byId.size - (byId.size - added) }
    const changed = report.added > 0 || report.removed > 0
    // An unchanged set keeps its lists, so that what was made from them stays good.
    if (changed || exchanged || revision !== undefined || this.#listedAt === undefined) this.#take(byId, byChain)
    this.#revision = revision
    this.#listedAt = this.clock.now()
    if (changed) this.log.info('wallets.listed', { ...report })
    return report
  }

  #take(byId: ReadonlyMap<SignatureId, WalletDescriptor>, byChain: ReadonlyMap<string, readonly SignatureId[]>): void {
    this.#byId = byId
    this.#byChain = byChain
    this.#completed.clear()
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
