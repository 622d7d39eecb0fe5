import type { Clock } from './clock.js'
import { asKeywardError } from './errors.js'
import type { ErrorCode, KeywardError } from './errors.js'
import type { SignatureId } from './ids.js'
import type { Log } from './log.js'
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
    for (const id of [...this.#entries.keys()]) this.#evict(id)
    await this.inner.close()
  }

  list(filter?: WalletFilter): AsyncIterable<WalletDescriptor> {
    return this.inner.list(filter)
  }

  async *names(): AsyncIterable<SignatureId> {
    if (this.inner.names) yield* this.inner.names()
    else for await (const { signatureId } of this.inner.list()) yield signatureId
  }

  /** What is cached is asked for again, but stays usable should the backend not answer. */
  forget(): void {
    const expired = this.tools.clock.now() - this.options.ttlMs
    for (const entry of this.#entries.values()) entry.readAt = Math.min(entry.readAt, expired)
    this.inner.forget?.()
  }

  async get(id: SignatureId): Promise<ManagedWallet> {
    const fresh = this.#fresh(id)
    if (fresh) return fresh
    try {
      const wallet = await this.inner.get(id)
      this.#answered()
      this.#keep(wallet)
      return wallet
    } catch (thrown) {
      return this.#instead(id, asKeywardError(thrown))
    }
  }

  async *getMany(ids: Iterable<SignatureId> | AsyncIterable<SignatureId>): AsyncIterable<WalletResult> {
    const cached: WalletResult[] = []
    const missing = async function* (
      fresh: (id: SignatureId) => ManagedWallet | undefined,
    ): AsyncIterable<SignatureId> {
      for await (const signatureId of ids) {
        const wallet = fresh(signatureId)
        if (wallet) cached.push({ signatureId, wallet })
        else yield signatureId
      }
    }
    try {
      for await (const result of this.inner.getMany(missing((id) => this.#fresh(id)))) {
        if ('wallet' in result) this.#keep(result.wallet)
        yield* cached.splice(0)
        yield result
      }
      yield* cached.splice(0)
    } finally {
      for (const result of cached) if ('wallet' in result) wipeWallet(result.wallet)
    }
  }

  create(wallets: readonly ManagedWallet[]): Promise<void> {
    return this.inner.create(wallets)
  }

  async remove(id: SignatureId, mode: RemovalMode): Promise<void> {
    await this.inner.remove(id, mode)
    this.#evict(id)
  }

  revision(): Promise<string | undefined> {
    return this.inner.revision()
  }

  /** Reads every wallet into the cache, as many as it holds. A wallet that cannot be read is counted and logged; it fails no other. */
  async warmUp(progress?: (read: number) => void, signal?: AbortSignal): Promise<WarmUpReport> {
    let read = 0
    let failed = 0
    for await (const result of this.getMany(this.names())) {
      if ('wallet' in result) {
        wipeWallet(result.wallet)
        read += 1
        progress?.(read)
      } else {
        failed += 1
        const { signatureId, error } = result
        this.tools.log.warn('wallet.unread', { signatureId, code: error.code, reason: error.message })
      }
      if (signal?.aborted || read >= this.options.maxWallets) break
    }
    return { read, failed }
  }

  /** Wipes what is too old even for a backend that does not answer. */
  sweep(): void {
    const oldest = this.tools.clock.now() - this.options.ttlMs - this.options.keepMs
    for (const [id, { readAt }] of [...this.#entries]) if (readAt <= oldest) this.#evict(id)
  }

  #fresh(id: SignatureId): ManagedWallet | undefined {
    const entry = this.#entries.get(id)
    if (!entry || this.#age(entry) >= this.options.ttlMs) return undefined
    this.#entries.delete(id) // Re-inserted last: the map's order is the order of use.
    this.#entries.set(id, entry)
    return cloneWallet(entry.wallet)
  }

  #keep(wallet: ManagedWallet): void {
    const { signatureId } = wallet.descriptor
    this.#evict(signatureId)
    if (this.#closed) return
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

  #age({ readAt }: Entry): number {
    return this.tools.clock.now() - readAt
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
