import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { RemovalMode } from '../../core/secret-backend.js'
import type { Secret } from '../../core/secret.js'
import type { WalletLabels } from '../common/labels.js'
import type { SecretStore, StoredName } from '../common/secret-store.js'
import { walletExists, walletNotFound } from '../common/wallet-errors.js'
import type { EntryFacts } from './answers.js'
import { metadataSchema, readAs, stateOf } from './answers.js'
import type { VaultConfig } from './config.js'
import { Entries } from './entries.js'
import { refusalText } from './errors.js'
import { concurrencyOf, MAX_VALUE_BYTES } from './limits.js'
import { listEntries } from './list-entries.js'
import { walletMount } from './mount.js'
import { checkPermissions } from './permissions.js'
import { assertWritten, foundValue, VALUE_FIELD } from './values.js'
import type { Found } from './values.js'
import { Vault } from './vault.js'
import type { VaultTools } from './vault.js'
import { WalletStates } from './wallet-states.js'

/** Wallets as entries of one folder of a KV version 2 mount: the value in version 1, public facts as custom metadata beside it. */
export class VaultStore implements SecretStore {
  readonly description: string
  readonly capabilities = { recoverableRemoval: true, readOnly: false }
  readonly facts: SecretStore['facts']
  readonly #vault: Vault
  readonly #entries: Entries
  readonly #states: WalletStates
  #openBao = false
  /** The policy does not let us write labels: wallets are described from their values instead. */
  #unlabelled = false

  constructor(
    private readonly config: VaultConfig,
    private readonly tools: VaultTools,
  ) {
    const { address, mount, prefix, namespace } = config
    const place = [namespace, mount, prefix].filter((part) => part !== undefined).join('/')
    this.description = `Vault ${typeof address === 'string' ? address : address.join(', ')} ${place}`
    this.facts = { batchSize: 1, readers: concurrencyOf(config), maxValueBytes: MAX_VALUE_BYTES }
    this.#vault = new Vault(config, tools)
    this.#entries = new Entries(mount, prefix)
    this.#states = new WalletStates(this.#entries, namespace, this.description)
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.#vault.open(signal)
    const mount = await walletMount(this.#vault, this.config.mount)
    this.#openBao = mount.openBao
    await checkPermissions(this.#vault, this.#entries, this.tools.log)
  }

  close(): Promise<void> {
    return this.#vault.close()
  }

  ping(): Promise<void> {
    return this.#vault.ping()
  }

  names(): AsyncIterable<StoredName> {
    return listEntries(this.#vault, this.#entries, { ...this.tools, openBao: this.#openBao })
  }

  async labels(signatureId: SignatureId): Promise<WalletLabels | undefined> {
    const facts = await this.#factsOf(signatureId)
    return facts.custom_metadata ?? undefined
  }

  async read(signatureIds: readonly SignatureId[]): Promise<ReadonlyMap<SignatureId, Secret | KeywardError>> {
    const results = new Map<SignatureId, Secret | KeywardError>()
    for (const signatureId of signatureIds) {
      const found = await this.#find(signatureId)
      results.set(signatureId, found.state === 'present' ? found.value : this.#states.errorOf(signatureId, found))
    }
    return results
  }

  async create(signatureId: SignatureId, value: Secret, labels: WalletLabels): Promise<void> {
    if (!(await this.#wrote(signatureId, value))) await this.#assertOwn(signatureId, value)
    await this.#label(signatureId, labels)
  }

  async remove(signatureId: SignatureId, mode: RemovalMode): Promise<void> {
    const facts = await this.#factsOf(signatureId, mode === 'permanent')
    const [way, what] =
      mode === 'permanent'
        ? [this.#entries.purge(signatureId), `remove wallet ${signatureId} for good`]
        : [this.#entries.delete(signatureId), `delete wallet ${signatureId}`]
    await this.#vault.ask({ ...way, kind: 'write', what }, assertWritten)
    this.tools.log.info('vault.removed', { signatureId, mode, version: facts.current_version })
  }

  /** @returns whether the value is there now as the first of its name; `false` when something has the name already. */
  async #wrote(signatureId: SignatureId, value: Secret): Promise<boolean> {
    const way = this.#entries.write(signatureId)
    // A string with the secret is made for the length of the request; docs/security-model.md says so.
    const body = { data: { [VALUE_FIELD]: value.text() }, options: { cas: 0 } }
    try {
      return await this.#vault.ask({ ...way, body, kind: 'write', what: `create wallet ${signatureId}` }, (answer) => {
        if (answer.status === 400 && refusalText(answer.body).includes('check-and-set')) return false
        assertWritten(answer, 'version')
        return true
      })
    } catch (thrown) {
      // A policy with `create` and without `update` refuses to write over an entry before the server compares versions.
      if (!(thrown instanceof KeywardError) || thrown.code !== 'BACKEND_DENIED') throw thrown
      const found = await this.#find(signatureId).catch(() => undefined)
      if (found === undefined || found.state === 'absent') throw thrown
      wipe(found)
      return false
    }
  }

  /** An earlier attempt of ours may have arrived although its answer did not. @throws KeywardError WALLET_EXISTS */
  async #assertOwn(signatureId: SignatureId, value: Secret): Promise<void> {
    const found = await this.#find(signatureId)
    if (found.state !== 'present') throw this.#states.taken(signatureId, found)
    try {
      if (!found.value.use((left) => value.use((right) => left.equals(right)))) throw walletExists(signatureId)
    } finally {
      found.value.wipe()
    }
  }

  async #label(signatureId: SignatureId, labels: WalletLabels): Promise<void> {
    if (this.#unlabelled) return
    const way = this.#entries.label(signatureId)
    const body = { custom_metadata: labels }
    try {
      await this.#vault.ask({ ...way, body, kind: 'write', what: 'keep public facts of wallets' }, assertWritten)
    } catch (thrown) {
      if (!(thrown instanceof KeywardError) || thrown.code !== 'BACKEND_DENIED') throw thrown
      this.#unlabelled = true
      this.tools.log.warn('vault.labels-denied', { reason: thrown.message, advice: thrown.advice })
    }
  }

  #find(signatureId: SignatureId): Promise<Found> {
    const way = this.#entries.read(signatureId)
    return this.#vault.ask({ ...way, kind: 'read', what: `read wallet ${signatureId}` }, (answer) => foundValue(answer))
  }

  /** @param removed whether an entry without a value will do. @throws KeywardError WALLET_NOT_FOUND, WALLET_DELETED */
  async #factsOf(signatureId: SignatureId, removed = false): Promise<EntryFacts> {
    const way = this.#entries.facts(signatureId)
    const facts = await this.#vault.ask({ ...way, kind: 'read', what: `look at wallet ${signatureId}` }, (answer) =>
      answer.status === 404 ? undefined : readAs(metadataSchema, answer.body).data,
    )
    if (facts === undefined) throw walletNotFound(signatureId, this.description)
    const state = stateOf(facts.versions?.[facts.current_version], this.tools.clock.now())
    if (removed || state === 'present') return facts
    throw this.#states.errorOf(signatureId, { state, version: facts.current_version })
  }
}

const wipe = (found: Found): void => {
  if (found.state === 'present') found.value.wipe()
}
