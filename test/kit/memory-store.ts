import { KeywardError } from '../../src/core/errors.js'
import type { SignatureId } from '../../src/core/ids.js'
import { Secret } from '../../src/core/secret.js'
import type { BackendCapabilities, RemovalMode } from '../../src/core/secret-backend.js'
import type { WalletLabels } from '../../src/backends/common/labels.js'
import type { SecretStore, StoredName } from '../../src/backends/common/secret-store.js'
import { walletExists, walletNotFound } from '../../src/backends/common/wallet-errors.js'

interface Entry {
  readonly text: string
  readonly labels: WalletLabels
  deleted: boolean
}

/** Where several stores keep the same entries, as several processes do in one product. */
export class MemoryPlace {
  readonly entries = new Map<SignatureId, Entry>()
  /** Ids of each call of `read`. */
  readonly reads: (readonly SignatureId[])[] = []
  labelReads = 0
  underway = 0
  mostUnderway = 0
}

export interface MemoryStoreOptions {
  readonly batchSize?: number
  readonly readers?: number
  readonly maxValueBytes?: number
  /** How the product's listing is: with labels, or names only with labels beside the value, or names only. */
  readonly listing?: 'labels' | 'names-and-labels' | 'names'
  readonly recoverableRemoval?: boolean
}

export type Step = 'open' | 'ping' | 'list' | 'names' | 'labels' | 'read' | 'create' | 'remove'

/** A product in memory, for what RemoteBackend promises whatever the product is. `fault` runs before a step, `after` when its work is done. */
export class MemoryStore implements SecretStore {
  readonly description = 'entries in memory'
  readonly facts: SecretStore['facts']
  readonly capabilities: BackendCapabilities
  readonly labels?: (id: SignatureId) => Promise<WalletLabels | undefined>
  fault: (step: Step, id?: SignatureId) => Promise<void> | void = () => undefined
  after: (step: Step, id?: SignatureId) => Promise<void> | void = () => undefined
  closed = 0

  constructor(
    readonly place = new MemoryPlace(),
    private readonly options: MemoryStoreOptions = {},
  ) {
    const { batchSize = 4, readers = 3, maxValueBytes = 65_536, recoverableRemoval = true } = options
    this.facts = { batchSize, readers, maxValueBytes }
    this.capabilities = { recoverableRemoval, readOnly: false }
    if (options.listing === 'names-and-labels') this.labels = (id) => this.#labelsOf(id)
  }

  async open(): Promise<void> {
    await this.fault('open')
  }

  close(): Promise<void> {
    this.closed += 1
    return Promise.resolve()
  }

  async ping(): Promise<void> {
    await this.fault('ping')
  }

  async *names(): AsyncIterable<StoredName> {
    await this.fault('list')
    for (const [signatureId, { labels, deleted }] of [...this.place.entries]) {
      await this.fault('names', signatureId)
      const withLabels = (this.options.listing ?? 'labels') === 'labels'
      // A product that lists names only lists those of deleted entries too.
      if (deleted && withLabels) continue
      yield withLabels ? { signatureId, labels } : { signatureId }
    }
  }

  async read(ids: readonly SignatureId[]): Promise<ReadonlyMap<SignatureId, Secret | KeywardError>> {
    this.place.reads.push(ids)
    this.place.mostUnderway = Math.max(this.place.mostUnderway, ++this.place.underway)
    try {
      for (const id of ids) await this.fault('read', id)
      await new Promise(setImmediate)
      return new Map(ids.map((id) => [id, this.#value(id)]))
    } finally {
      this.place.underway -= 1
    }
  }

  async create(id: SignatureId, value: Secret, labels: WalletLabels): Promise<void> {
    await this.fault('create', id)
    await new Promise(setImmediate)
    const known = this.place.entries.get(id)
    if (known !== undefined && known.text !== value.text()) throw walletExists(id)
    this.place.entries.set(id, { text: value.text(), labels, deleted: false })
    await this.after('create', id)
  }

  async remove(id: SignatureId, mode: RemovalMode): Promise<void> {
    await this.fault('remove', id)
    const entry = this.#entry(id)
    if (mode === 'recoverable') entry.deleted = true
    else this.place.entries.delete(id)
  }

  #value(id: SignatureId): Secret | KeywardError {
    try {
      return Secret.fromText(this.#entry(id).text)
    } catch (thrown) {
      return thrown as KeywardError
    }
  }

  async #labelsOf(id: SignatureId): Promise<WalletLabels | undefined> {
    this.place.labelReads += 1
    await this.fault('labels', id)
    return this.#entry(id).labels
  }

  #entry(id: SignatureId): Entry {
    const entry = this.place.entries.get(id)
    if (entry === undefined) throw walletNotFound(id, this.description)
    if (entry.deleted) throw new KeywardError('WALLET_DELETED', `wallet ${id} is deleted`, { advice: 'Bring it back.' })
    return entry
  }
}
