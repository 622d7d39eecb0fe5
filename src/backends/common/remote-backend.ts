import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import { passes } from '../../core/secret-backend.js'
import type {
  BackendCapabilities,
  BackendHealth,
  RemovalMode,
  SecretBackend,
  WalletFilter,
  WalletResult,
} from '../../core/secret-backend.js'
import type { Secret } from '../../core/secret.js'
import { wipeWallet } from '../../core/wallet.js'
import type { ManagedWallet, WalletDescriptor } from '../../core/wallet.js'
import { createWallets } from './create-remote.js'
import type { BackendDependencies } from './dependencies.js'
import { openEnvelope } from './envelope.js'
import { descriptorFromLabels, mayBeOurs } from './labels.js'
import { ReadQueue } from './read-queue.js'
import type { SecretStore, StoredName } from './secret-store.js'
import { unordered } from './unordered.js'

/** Errors about one wallet that a listing passes over: it is there, but nobody can sign with it until somebody looks. */
const PASSED_OVER: ReadonlySet<string> = new Set(['WALLET_CORRUPT', 'WALLET_DISABLED'])
/** Removed since its name was listed. */
const GONE: ReadonlySet<string> = new Set(['WALLET_NOT_FOUND', 'WALLET_DELETED'])

/**
 * How long a descriptor that took a request to learn is not asked for again. Wallets never change, but a product that lists names only also lists those that
 * somebody has deleted recoverably.
 */
const KNOWN_FOR_MS = 3_600_000

/** Wallets in a product that keeps values under names: everything that is the same for all of them. */
export class RemoteBackend implements SecretBackend {
  #opened = false
  readonly #queue: ReadQueue
  readonly #known = new Map<SignatureId, { readonly descriptor: WalletDescriptor; readonly learnedAt: number }>()

  constructor(
    private readonly store: SecretStore,
    private readonly dependencies: Pick<BackendDependencies, 'log' | 'clock'>,
  ) {
    this.#queue = new ReadQueue(store)
  }

  get description(): string {
    return this.store.description
  }

  get capabilities(): BackendCapabilities {
    return this.store.capabilities
  }

  /** @throws KeywardError BACKEND_*, CONFIG_INVALID, SECRET_REFERENCE_UNRESOLVED */
  async open(signal?: AbortSignal): Promise<void> {
    if (this.#opened) return
    try {
      await this.store.open(signal)
    } catch (thrown) {
      await this.store.close()
      throw thrown
    }
    this.#opened = true
  }

  async health(): Promise<BackendHealth> {
    if (!this.#opened) return { ready: false, reason: 'the secret backend is not open' }
    try {
      await this.store.ping()
      return { ready: true }
    } catch (thrown) {
      return { ready: false, reason: asKeywardError(thrown).message }
    }
  }

  async close(): Promise<void> {
    this.#opened = false
    this.#known.clear()
    await this.store.close()
  }

  forget(): void {
    this.#known.clear()
  }

  async *names(): AsyncIterable<SignatureId> {
    this.#assertOpen()
    for await (const name of this.store.names()) if (mayBeOurs(name.labels)) yield name.signatureId
  }

  async *list(filter: WalletFilter = {}): AsyncIterable<WalletDescriptor> {
    this.#assertOpen()
    const { readers, batchSize } = this.store.facts
    for await (const { result } of unordered(this.store.names(), readers * batchSize, (name) => this.#describe(name))) {
      if (result === undefined) continue
      if (passes(filter, result)) yield result
    }
  }

  async get(signatureId: SignatureId): Promise<ManagedWallet> {
    this.#assertOpen()
    const value = await this.#read(signatureId)
    try {
      const wallet = openEnvelope(signatureId, value)
      // Where the listing shows names only, what was read anyway need not be asked for again.
      if (this.store.labels) this.#learn(wallet.descriptor)
      return wallet
    } finally {
      value.wipe()
    }
  }

  async *getMany(signatureIds: Iterable<SignatureId> | AsyncIterable<SignatureId>): AsyncIterable<WalletResult> {
    this.#assertOpen()
    const { readers, batchSize } = this.store.facts
    const wipe = (result: WalletResult): void => {
      if ('wallet' in result) wipeWallet(result.wallet)
    }
    // Twice what is underway, so that the next batches are full when a reader gets free.
    const width = 2 * readers * batchSize
    for await (const { result } of unordered(signatureIds, width, (id) => this.#result(id), wipe)) yield result
  }

  async create(wallets: readonly ManagedWallet[]): Promise<void> {
    this.#assertOpen()
    await createWallets(this.store, wallets, this.dependencies)
  }

  async remove(signatureId: SignatureId, mode: RemovalMode): Promise<void> {
    this.#assertOpen()
    if (mode === 'recoverable' && !this.capabilities.recoverableRemoval) {
      throw new KeywardError('BACKEND_UNSUPPORTED', `${this.description} cannot bring a removed wallet back`, {
        advice: 'Nothing was removed. Export the wallet first, then remove it permanently.',
        context: { signatureId },
      })
    }
    await this.store.remove(signatureId, mode)
    this.#known.delete(signatureId)
  }

  async revision(): Promise<string | undefined> {
    this.#assertOpen()
    return this.store.revision?.()
  }

  /** @returns `undefined` for an entry that is not ours, is gone by now, or is passed over with a warning. */
  async #describe({ signatureId, labels }: StoredName): Promise<WalletDescriptor | undefined> {
    if (!mayBeOurs(labels)) return undefined
    const told = labels === undefined ? undefined : descriptorFromLabels(signatureId, labels)
    const known = told ?? this.#remembered(signatureId)
    if (known !== undefined) return known
    try {
      return this.#learn(await this.#ask(signatureId))
    } catch (thrown) {
      const error = asKeywardError(thrown)
      if (GONE.has(error.code)) return undefined
      if (!PASSED_OVER.has(error.code)) throw error
      this.dependencies.log.warn('wallet.passed-over', {
        ...{ signatureId, code: error.code, reason: error.message },
        advice: error.advice,
      })
      return undefined
    }
  }

  async #ask(signatureId: SignatureId): Promise<WalletDescriptor> {
    const labels = await this.store.labels?.(signatureId)
    const told = labels === undefined ? undefined : descriptorFromLabels(signatureId, labels)
    if (told !== undefined) return told
    const wallet = await this.get(signatureId)
    wipeWallet(wallet)
    return wallet.descriptor
  }

  async #read(signatureId: SignatureId): Promise<Secret> {
    try {
      return await this.#queue.read(signatureId)
    } catch (thrown) {
      if (GONE.has(asKeywardError(thrown).code)) this.#known.delete(signatureId)
      throw thrown
    }
  }

  #learn(descriptor: WalletDescriptor): WalletDescriptor {
    this.#known.set(descriptor.signatureId, { descriptor, learnedAt: this.dependencies.clock.now() })
    return descriptor
  }

  #remembered(signatureId: SignatureId): WalletDescriptor | undefined {
    const known = this.#known.get(signatureId)
    return known && this.dependencies.clock.now() - known.learnedAt < KNOWN_FOR_MS ? known.descriptor : undefined
  }

  async #result(signatureId: SignatureId): Promise<WalletResult> {
    try {
      return { signatureId, wallet: await this.get(signatureId) }
    } catch (thrown) {
      return { signatureId, error: asKeywardError(thrown) }
    }
  }

  #assertOpen(): void {
    if (!this.#opened) throw new KeywardError('INTERNAL', `${this.description} is used while it is not open`)
  }
}
