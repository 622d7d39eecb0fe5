import type { Clock } from '../../core/clock.js'
import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { ErrorCode } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Log } from '../../core/log.js'
import type { RemovalMode } from '../../core/secret-backend.js'
import type { Secret } from '../../core/secret.js'
import type { WalletLabels } from '../common/labels.js'
import type { SecretStore, StoreFacts, StoredName } from '../common/secret-store.js'
import { walletNotFound } from '../common/wallet-errors.js'
import { confirmedVersion, labelsOfTags, stateOf } from './claims.js'
import { vaultNameOf } from './config.js'
import type { AzureConfig } from './config.js'
import { Creation } from './creation.js'
import { AZURE_FACTS, policyOf } from './limits.js'
import { WalletNames } from './names.js'
import { Removal } from './removal.js'
import type { DeletedFacts, ListedSecret, ReadVersion, VaultClient } from './vault-client.js'

export interface StoreTools {
  readonly client: VaultClient
  readonly clock: Clock
  readonly log: Log
}

/** Wallets as secrets of an Azure Key Vault, `<prefix>-<signatureId>`, with labels as tags. */
export class AzureStore implements SecretStore {
  readonly description: string
  readonly capabilities = { recoverableRemoval: true, readOnly: false }
  readonly facts: StoreFacts
  readonly #names: WalletNames
  readonly #vault: string

  constructor(
    config: Pick<AzureConfig, 'vaultUrl' | 'prefix' | 'limits' | 'timeouts'>,
    private readonly tools: StoreTools,
  ) {
    this.description = `Azure Key Vault ${config.vaultUrl}`
    this.facts = { ...AZURE_FACTS, readers: policyOf(config).concurrency }
    this.#names = new WalletNames(config.prefix)
    this.#vault = vaultNameOf(config.vaultUrl)
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.tools.client.open(signal)
  }

  async close(): Promise<void> {
    await this.tools.client.close()
  }

  async ping(): Promise<void> {
    await this.tools.client.ping()
  }

  /** Names go out page by page, so that the caller reads the first wallets while the next pages are still being listed. */
  async *names(): AsyncIterable<StoredName> {
    let unfinished = 0
    for await (const page of this.tools.client.list()) {
      for (const secret of page) {
        const signatureId = this.#names.signatureIdOf(secret.name)
        if (signatureId === undefined) continue
        const name = await this.#stored(signatureId, secret)
        if (name === undefined) unfinished += 1
        else yield name
      }
    }
    if (unfinished > 0) this.tools.log.warn('backend.unfinished', { secrets: unfinished })
  }

  async read(signatureIds: readonly SignatureId[]): Promise<ReadonlyMap<SignatureId, Secret | KeywardError>> {
    const results = new Map<SignatureId, Secret | KeywardError>()
    for (const signatureId of signatureIds) {
      try {
        results.set(signatureId, await this.#read(signatureId))
      } catch (thrown) {
        const error = asKeywardError(thrown)
        if (!error.code.startsWith('WALLET_')) throw error
        results.set(signatureId, error)
      }
    }
    return results
  }

  async create(signatureId: SignatureId, value: Secret, labels: WalletLabels): Promise<void> {
    const name = this.#names.nameOf(signatureId)
    try {
      await new Creation({ signatureId, name, value, labels }, this.tools).run()
    } catch (thrown) {
      throw isCode(thrown, 'WALLET_DELETED') ? await this.#absent(signatureId, name) : thrown
    }
  }

  async remove(signatureId: SignatureId, mode: RemovalMode): Promise<void> {
    const name = this.#names.nameOf(signatureId)
    try {
      await new Removal(signatureId, name, this.tools).run(mode, (facts) => this.#deleted(signatureId, name, facts))
    } catch (thrown) {
      throw isCode(thrown, 'WALLET_NOT_FOUND') ? walletNotFound(signatureId, this.description) : thrown
    }
  }

  async #read(signatureId: SignatureId): Promise<Secret> {
    const name = this.#names.nameOf(signatureId)
    const current = await this.#current(signatureId, name)
    if (stateOf(current) === 'confirmed') return current.value
    current.value.wipe()
    // A creation that is under way, was interrupted, or lost against another: the wallet, if there is one, is an older version.
    const confirmed = confirmedVersion(await this.tools.client.versions(name))
    if (confirmed === undefined) throw this.#unfinished(signatureId, name)
    return (await this.#version(signatureId, name, confirmed.version)).value
  }

  async #current(signatureId: SignatureId, name: string): Promise<ReadVersion> {
    try {
      return await this.#version(signatureId, name)
    } catch (thrown) {
      if (isCode(thrown, 'WALLET_NOT_FOUND')) throw await this.#absent(signatureId, name)
      if (!isCode(thrown, 'WALLET_DISABLED')) throw thrown
      // Switched off by an operator, unless it is what remains of a creation that was given up.
      const isWallet = confirmedVersion(await this.tools.client.versions(name)) !== undefined
      throw isWallet ? thrown : this.#unfinished(signatureId, name)
    }
  }

  async #version(signatureId: SignatureId, name: string, version?: string): Promise<ReadVersion> {
    try {
      return await this.tools.client.read(name, version)
    } catch (thrown) {
      if (!isCode(thrown, 'WALLET_DISABLED')) throw thrown
      throw new KeywardError('WALLET_DISABLED', `wallet ${signatureId} is switched off in ${this.description}`, {
        advice: `Switch it on again: az keyvault secret set-attributes --vault-name ${this.#vault} --name ${name} --enabled true`,
        context: { signatureId },
      })
    }
  }

  async #stored(signatureId: SignatureId, secret: ListedSecret): Promise<StoredName | undefined> {
    if (stateOf(secret) === 'confirmed') return { signatureId, labels: labelsOfTags(secret.tags) }
    const confirmed = confirmedVersion(await this.tools.client.versions(secret.name))
    return confirmed === undefined ? undefined : { signatureId, labels: labelsOfTags(confirmed.tags) }
  }

  /** For a name that has no secret: deleted ones can be brought back. */
  async #absent(signatureId: SignatureId, name: string): Promise<KeywardError> {
    if (!this.tools.client.seesDeleted) return walletNotFound(signatureId, this.description)
    try {
      return this.#deleted(signatureId, name, await this.tools.client.deleted(name))
    } catch (thrown) {
      return isCode(thrown, 'WALLET_NOT_FOUND') ? walletNotFound(signatureId, this.description) : asKeywardError(thrown)
    }
  }

  #deleted(signatureId: SignatureId, name: string, { deletedAt, purgesAt }: DeletedFacts): KeywardError {
    const since = deletedAt === undefined ? '' : ` since ${day(deletedAt)}`
    const until = purgesAt === undefined ? '' : `, can be recovered until ${day(purgesAt)}`
    return new KeywardError('WALLET_DELETED', `wallet ${signatureId} is deleted${since}${until}`, {
      advice: `Recover it: az keyvault secret recover --vault-name ${this.#vault} --name ${name}. It can be read again half a minute later.`,
      context: { signatureId },
    })
  }

  #unfinished(signatureId: SignatureId, name: string): KeywardError {
    const message = `there is no wallet ${signatureId} in ${this.description}, only its unfinished creation`
    return new KeywardError('WALLET_NOT_FOUND', message, {
      advice: `Repeat in a minute, if it is being created just now. Otherwise take away what is left of it: az keyvault secret delete --vault-name ${this.#vault} --name ${name}, and then purge.`,
      context: { signatureId },
    })
  }
}

const day = (iso: string): string => iso.slice(0, 10)

const isCode = (thrown: unknown, code: ErrorCode): boolean => thrown instanceof KeywardError && thrown.code === code
