import type { Clock } from './clock.js'
import { asKeywardError } from './errors.js'
import type { ErrorCode, KeywardError } from './errors.js'
import type { SignatureId } from './ids.js'
import type { Log } from './log.js'
import { passes } from './secret-backend.js'
import type {
  BackendCapabilities,
  BackendHealth,
  RemovalMode,
  SecretBackend,
  WalletFilter,
  WalletResult,
} from './secret-backend.js'
import { cloneWallet, wipeWallet } from './wallet.js'
import type { ManagedWallet, WalletDescriptor } from './wallet.js'

export interface CacheOptions {
  /** How long a wallet that was read is used without asking again. */
  readonly ttlMs: number
  /** How much longer it may be used while the backend does not answer. */
  readonly keepMs: number
  /** The least recently used goes first. */
  readonly maxWallets: number
}

export interface WarmUpReport {
  readonly read: number
  readonly failed: number
}

interface Entry {
  readonly wallet: ManagedWallet
  readAt: number
}

/** What a warm-up has found: a listing of all wallets, for whoever lists next. */
interface Listing {
  readonly descriptors: readonly WalletDescriptor[]
  readonly revision: string | undefined
  readonly startedAt: number
}

/**
 * The backend is unwell, which says nothing about the wallet. Denied and unauthenticated are not among these: who takes our permission away wants the signing to
 * stop now.
 */
const UNWELL: ReadonlySet<ErrorCode> = new Set(['BACKEND_UNREACHABLE', 'BACKEND_THROTTLED', 'BACKEND_SEALED'])
const SWEEP_MS = 10_000

/** Wallets of a remote backend that were read lately, in buffers that are wiped when they leave. Everything but reading goes to the backend itself. */
export class CachedBackend implements SecretBackend {
  readonly #entries = new Map<SignatureId, Entry>()
  readonly #sweeper: NodeJS.Timeout
  /** Set while the backend does not answer, so that it is said once. */
  #failing: KeywardError | undefined
  #listing: Listing | undefined
  /** Counts what makes outdated what is being listed or read at the moment. */
  #changes = 0
  #closed = false

  constructor(
    private readonly inner: SecretBackend,
    private readonly options: CacheOptions,
    private readonly tools: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_MS)
    this.#sweeper.unref()
  }

  get description(): string {
    return this.inner.description
  }

  get capabilities(): BackendCapabilities {
    return this.inner.capabilities
  }

  get size(): number {
    return this.#entries.size
  }

  open(signal?: AbortSignal): Promise<void> {
    return this.inner.open(signal)
  }

  health(): Promise<BackendHealth> {
    return this.inner.health()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweeper)
    this.#outdate()
    for (const id of [...this.#entries.keys()]) this.#evict(id)
    await this.inner.close()
  }

  /** After a warm-up that has read everything, the first listing is the one of that warm-up: a large one takes some products a minute, and the daemon would wait twice. */
  async *list(filter: WalletFilter = {}): AsyncIterable<WalletDescriptor> {
    const listing = this.#listing
    this.#listing = undefined
    if (listing === undefined || !(await this.#isCurrent(listing))) yield* this.inner.list(filter)
    else {
      for (const descriptor of listing.descriptors) {
        if (passes(filter, descriptor)) yield descriptor
      }
    }
  }

  async *names(): AsyncIterable<SignatureId> {
    if (this.inner.names) yield* this.inner.names()
    else for await (const { signatureId } of this.inner.list()) yield signatureId
  }

  /** What is cached is asked for again, but stays usable should the backend not answer. */
  forget(): void {
    const expired = this.tools.clock.now() - this.options.ttlMs
    for (const entry of this.#entries.values()) entry.readAt = Math.min(entry.readAt, expired)
    this.#outdate()
    this.inner.forget?.()
  }

  async get(id: SignatureId): Promise<ManagedWallet> {
    const fresh = this.#fresh(id)
    if (fresh) return fresh
    const changes = this.#changes
    try {
      const wallet = await this.inner.get(id)
      this.#answered()
      this.#keep(wallet, changes)
      return wallet
    } catch (thrown) {
      return this.#instead(id, asKeywardError(thrown))
    }
  }

  async *getMany(ids: Iterable<SignatureId> | AsyncIterable<SignatureId>): AsyncIterable<WalletResult> {
    const changes = this.#changes
    /** Results that nobody has taken yet. */
    const ready: WalletResult[] = []
    const missing = async function* (
      fresh: (id: SignatureId) => ManagedWallet | undefined,
    ): AsyncIterable<SignatureId> {
      for await (const signatureId of ids) {
        const wallet = fresh(signatureId)
        if (wallet) ready.push({ signatureId, wallet })
        else yield signatureId
      }
    }
    try {
      for await (const result of this.inner.getMany(missing((id) => this.#fresh(id)))) {
        ready.push(result)
        if ('wallet' in result) this.#keep(result.wallet, changes)
        else if (!UNWELL.has(result.error.code)) this.#evict(result.signatureId)
        yield* takenFrom(ready)
      }
      yield* takenFrom(ready)
    } finally {
      for (const result of ready) if ('wallet' in result) wipeWallet(result.wallet)
    }
  }

  create(wallets: readonly ManagedWallet[]): Promise<void> {
    this.#outdate()
    return this.inner.create(wallets)
  }

  async remove(id: SignatureId, mode: RemovalMode): Promise<void> {
    this.#outdate()
    await this.inner.remove(id, mode)
    this.#outdate()
    this.#evict(id)
  }

  revision(): Promise<string | undefined> {
    return this.inner.revision()
  }

  /** Reads every wallet into the cache, as many as it holds. A wallet that cannot be read is counted and logged; it fails no other. */
  async warmUp(progress?: (read: number) => void, signal?: AbortSignal): Promise<WarmUpReport> {
    const startedAt = this.tools.clock.now()
    const changes = this.#changes
    const revision = await this.inner.revision()
    const descriptors: WalletDescriptor[] = []
    let failed = 0
    let whole = true
    for await (const result of this.getMany(this.names())) {
      if ('wallet' in result) {
        wipeWallet(result.wallet)
        descriptors.push(result.wallet.descriptor)
        progress?.(descriptors.length)
      } else {
        failed += 1
        const { signatureId, error } = result
        this.tools.log.warn('wallet.unread', { signatureId, code: error.code, reason: error.message })
      }
      whole = !signal?.aborted && descriptors.length < this.options.maxWallets
      if (!whole) break
    }
    if (whole && failed === 0 && changes === this.#changes) this.#listing = { descriptors, revision, startedAt }
    return { read: descriptors.length, failed }
  }

  /** Wipes what is too old even for a backend that does not answer. */
  sweep(): void {
    const tooOldMs = this.options.ttlMs + this.options.keepMs
    for (const [id, entry] of [...this.#entries]) if (this.#age(entry) >= tooOldMs) this.#evict(id)
  }

  usableUntil(id: SignatureId): number | undefined {
    const entry = this.#entries.get(id)
    if (!entry) return undefined
    const { ttlMs, keepMs } = this.options
    return entry.readAt + (this.#age(entry) < ttlMs ? ttlMs : ttlMs + keepMs)
  }

  #fresh(id: SignatureId): ManagedWallet | undefined {
    const entry = this.#entries.get(id)
    if (!entry || this.#age(entry) >= this.options.ttlMs) return undefined
    this.#entries.delete(id) // Re-inserted last: the map's order is the order of use.
    this.#entries.set(id, entry)
    return cloneWallet(entry.wallet)
  }

  /** @param changes as they were counted when the read began: what was told to be forgotten since is not kept for longer. */
  #keep(wallet: ManagedWallet, changes: number): void {
    if (this.#closed || changes !== this.#changes) return
    const { signatureId } = wallet.descriptor
    this.#evict(signatureId)
    this.#entries.set(signatureId, { wallet: cloneWallet(wallet), readAt: this.tools.clock.now() })
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.options.maxWallets) break
      this.#evict(oldest)
    }
  }

  /** What a failed read comes to. @throws KeywardError that read's error, when nothing may be used in its place. */
  #instead(id: SignatureId, error: KeywardError): ManagedWallet {
    const entry = this.#entries.get(id)
    if (!UNWELL.has(error.code)) this.#evict(id)
    else if (entry && this.#age(entry) < this.options.ttlMs + this.options.keepMs) {
      this.#unanswered(error)
      return cloneWallet(entry.wallet)
    }
    throw error
  }

  #outdate(): void {
    this.#changes += 1
    this.#listing = undefined
  }

  async #isCurrent({ startedAt, revision }: Listing): Promise<boolean> {
    if (this.#since(startedAt) >= this.options.ttlMs) return false
    return (await this.inner.revision()) === revision
  }

  #age({ readAt }: Entry): number {
    return this.#since(readAt)
  }

  /** Nobody knows how long ago it was when somebody has set the clock back: too long. */
  #since(moment: number): number {
    const ms = this.tools.clock.now() - moment
    return ms < 0 ? Infinity : ms
  }

  #evict(id: SignatureId): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    wipeWallet(entry.wallet)
  }

  #unanswered(error: KeywardError): void {
    if (this.#failing) return
    this.#failing = error
    this.tools.log.warn('backend.unwell', {
      ...{ code: error.code, reason: error.message, advice: error.advice },
      consequence: `Wallets that were read before are used for at most ${Math.round(this.options.keepMs / 1000)} s longer than usual.`,
    })
  }

  #answered(): void {
    if (!this.#failing) return
    this.#failing = undefined
    this.tools.log.info('backend.well-again')
  }
}

/** What is taken is the reader's to wipe; what is left stays in the list. */
function* takenFrom(ready: WalletResult[]): Iterable<WalletResult> {
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) yield next
}
