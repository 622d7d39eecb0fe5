import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { RemovalMode } from '../../core/secret-backend.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { systemDisk } from '../common/disk.js'
import type { Disk } from '../common/disk.js'
import type { WalletLabels } from '../common/labels.js'
import type { SecretStore, StoredName } from '../common/secret-store.js'
import { walletNotFound } from '../common/wallet-errors.js'
import { Catalogue } from './catalogue/catalogue.js'
import type { CatalogueContent } from './catalogue/rows.js'
import { VgsClient } from './client.js'
import type { VgsConfig } from './config.js'
import { createGroup } from './create-wallets.js'
import { Gatherer } from './gatherer.js'
import { BATCH_SIZE, MAX_VALUE_BYTES, READERS } from './limits.js'
import type { Creation } from './place-values.js'
import { removeGroup } from './remove-wallets.js'
import { hasLeftovers, settleLeftovers } from './settle-leftovers.js'
import { hashOfValue } from './value-hash.js'

/** What tests put in the place of the real thing. */
export interface VgsInternals {
  readonly disk?: Disk
  readonly lockTimeoutMs?: number
  readonly random?: () => number
}

/** Wallets for which the catalogue is written together. */
const GROUP = 10 * BATCH_SIZE

/** Wallets at VGS: values under aliases that VGS chooses, and the catalogue here that knows which alias is whose. */
export class VgsStore implements SecretStore {
  readonly capabilities = { recoverableRemoval: false, readOnly: false }
  readonly facts = { batchSize: BATCH_SIZE, readers: READERS, maxValueBytes: MAX_VALUE_BYTES }
  readonly client: VgsClient
  #catalogue: Catalogue | undefined
  readonly #creations: Gatherer<Creation>
  readonly #removals: Gatherer<SignatureId>

  constructor(
    private readonly config: VgsConfig,
    private readonly dependencies: BackendDependencies,
    private readonly internals: VgsInternals = {},
  ) {
    const { clock, log } = dependencies
    this.client = new VgsClient(config, { ...dependencies, ...(internals.random ? { random: internals.random } : {}) })
    const tools = { client: this.client, clock, log }
    const { format } = config
    this.#creations = new Gatherer(GROUP, clock, (creations) =>
      this.catalogue.exclusively((editor) => createGroup(editor, creations, { ...tools, format })),
    )
    this.#removals = new Gatherer(GROUP, clock, (ids) =>
      this.catalogue.exclusively((editor) => removeGroup(editor, ids, this.#place, tools)),
    )
  }

  get description(): string {
    const left = this.#catalogue?.content.orphans.reduce((sum, { copies }) => sum + copies, 0) ?? 0
    const orphans = left === 0 ? '' : `, which may keep up to ${left} left-over value${left === 1 ? '' : 's'}`
    return `${this.#place}, catalogue ${this.config.catalogue.path}${orphans}`
  }

  /** @throws KeywardError INTERNAL before `open`. */
  get catalogue(): Catalogue {
    if (this.#catalogue === undefined) throw new KeywardError('INTERNAL', `${this.#place} is used while it is not open`)
    return this.#catalogue
  }

  async open(signal?: AbortSignal): Promise<void> {
    const { clock, log, whenMissing } = this.dependencies
    const { environment, vaultId, catalogue } = this.config
    this.#catalogue = await Catalogue.open({
      ...{ path: catalogue.path, vault: `${environment}/${vaultId}`, whenMissing, clock, log },
      ...{ disk: this.internals.disk ?? systemDisk, lockTimeoutMs: this.internals.lockTimeoutMs },
    })
    await this.client.signIn(signal)
    await this.client.probe(signal)
    await this.#settle()
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.#creations.idle()
    await this.#removals.idle()
    await this.#catalogue?.idle()
    this.#catalogue = undefined
  }

  async ping(): Promise<void> {
    await this.catalogue.refresh()
    await this.client.probe()
  }

  async *names(): AsyncIterable<StoredName> {
    const { rows } = await this.catalogue.refresh()
    for (const { state, id, labels } of rows.values()) if (state === 'stored') yield { signatureId: id, labels }
  }

  async read(signatureIds: readonly SignatureId[]): Promise<ReadonlyMap<SignatureId, Secret | KeywardError>> {
    const content = await this.catalogue.refresh()
    const aliases = new Map(signatureIds.map((id) => [id, aliasOf(content, id)]))
    const asked = [...new Set(aliases.values())].filter((alias) => alias !== undefined)
    const what = signatureIds.length === 1 ? `reveal wallet ${signatureIds[0] ?? ''}` : `reveal ${asked.length} wallets`
    const values = await this.client.reveal(asked, what)
    const results = new Map<SignatureId, Secret | KeywardError>()
    for (const [id, alias] of aliases) {
      if (alias === undefined) results.set(id, walletNotFound(id, this.#place))
      else results.set(id, values.get(alias)?.clone() ?? aliasUnknown(id, alias))
    }
    for (const value of values.values()) value.wipe()
    return results
  }

  async create(id: SignatureId, value: Secret, labels: WalletLabels): Promise<void> {
    await this.#creations.add({ id, value, hash: hashOfValue(value), labels })
  }

  async remove(id: SignatureId, mode: RemovalMode): Promise<void> {
    if (mode === 'recoverable') {
      throw new KeywardError('BACKEND_UNSUPPORTED', 'VGS cannot bring a removed wallet back', {
        advice: 'Nothing was removed. Export the wallet first, then remove it permanently.',
        context: { signatureId: id },
      })
    }
    await this.#removals.add(id)
  }

  revision(): Promise<string> {
    return this.catalogue.revision()
  }

  /** Product and vault, without the catalogue. */
  get #place(): string {
    return `VGS ${this.config.environment} vault ${this.config.vaultId}`
  }

  /** What an earlier process left. Another one that works just now, or a disk that is read-only, is no reason not to open. */
  async #settle(): Promise<void> {
    if (!hasLeftovers(this.catalogue.content)) return
    const { clock, log } = this.dependencies
    try {
      await this.catalogue.exclusively((editor) => settleLeftovers(editor, { client: this.client, clock, log }), 0)
    } catch (thrown) {
      const { code } = asKeywardError(thrown)
      if (code !== 'STORE_LOCKED') log.warn('vgs.leftovers-unsettled', { code })
    }
  }
}

function aliasOf({ rows }: CatalogueContent, id: SignatureId): string | undefined {
  const row = rows.get(id)
  return row?.state === 'stored' ? row.alias : undefined
}

const aliasUnknown = (signatureId: SignatureId, alias: string): KeywardError =>
  new KeywardError('WALLET_NOT_FOUND', `VGS does not know the alias ${alias} of wallet ${signatureId}`, {
    advice:
      'Was it removed in the dashboard of VGS? If VGS answers so for every wallet, reveal may be switched off for the vault: ask VGS support.',
    context: { signatureId },
  })
