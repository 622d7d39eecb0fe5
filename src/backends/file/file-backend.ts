import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { MaintainableBackend, Progress, StoreCheckReport, StoreUpgradeReport } from '../../core/maintenance.js'
import { passes } from '../../core/secret-backend.js'
import type {
  BackendCapabilities,
  BackendHealth,
  RemovalMode,
  WalletFilter,
  WalletResult,
} from '../../core/secret-backend.js'
import type { SecretReference } from '../../core/secret-reference.js'
import type { ManagedWallet, WalletDescriptor } from '../../core/wallet.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { systemDisk } from '../common/disk.js'
import type { Disk } from '../common/disk.js'
import { changeStorePassword } from './change-password.js'
import { checkStore } from './check-store.js'
import { createWallets } from './create-wallets.js'
import { PRODUCTION_KDF } from './format/scrypt.js'
import type { KdfPolicy } from './format/scrypt.js'
import { openSession } from './open-session.js'
import { assertStrongPassword } from './password-strength.js'
import { missingWallet, removeWallet } from './remove-wallet.js'
import type { StoreSession } from './store-session.js'
import { upgradeStore } from './upgrade-store.js'

export interface FileBackendOptions {
  readonly path: string
  readonly password: SecretReference
}

/** What tests put in the place of the real thing. */
export interface FileBackendInternals {
  readonly kdf?: KdfPolicy
  readonly disk?: Disk
  readonly lockTimeoutMs?: number
}

/** Wallets in one encrypted file: docs/store-format.md. A Tatum KMS wallet file is opened too, for reading only, and `upgrade` converts it. */
export class FileBackend implements MaintainableBackend {
  #session: StoreSession | undefined
  readonly #kdf: KdfPolicy
  readonly #disk: Disk

  constructor(
    private readonly options: FileBackendOptions,
    private readonly dependencies: BackendDependencies,
    private readonly internals: FileBackendInternals = {},
  ) {
    this.#kdf = internals.kdf ?? PRODUCTION_KDF
    this.#disk = internals.disk ?? systemDisk
  }

  get description(): string {
    return `file ${this.#session?.file.path ?? this.options.path}`
  }

  get capabilities(): BackendCapabilities {
    return { recoverableRemoval: true, readOnly: this.#session?.state.format === 'legacy' }
  }

  /** @throws KeywardError STORE_MISSING, STORE_WRONG_PASSWORD, STORE_DAMAGED, STORE_UNSUPPORTED, STORE_IO, PASSWORD_TOO_WEAK */
  async open(signal?: AbortSignal): Promise<void> {
    if (this.#session) return
    this.#session = await openSession({
      ...this.options,
      ...this.internals,
      dependencies: this.dependencies,
      kdf: this.#kdf,
      disk: this.#disk,
      signal,
    })
  }

  async health(): Promise<BackendHealth> {
    const session = this.#session
    if (!session) return { ready: false, reason: 'the wallet store is not open' }
    try {
      const token = await session.file.token()
      if (token !== undefined || session.state.format === 'none') return { ready: true }
      return { ready: false, reason: `the wallet store ${session.file.path} is gone` }
    } catch (thrown) {
      return { ready: false, reason: asKeywardError(thrown).message }
    }
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.close()
  }

  async *list(filter: WalletFilter = {}): AsyncIterable<WalletDescriptor> {
    const { records } = await this.#opened().refresh()
    for (const descriptor of records.descriptors()) {
      if (passes(filter, descriptor)) yield descriptor
    }
  }

  async get(signatureId: SignatureId): Promise<ManagedWallet> {
    const session = this.#opened()
    const known = session.state.records.read(signatureId)
    if (known) return known
    const added = (await session.refresh()).records.read(signatureId)
    if (added) return added
    throw await missingWallet(session, signatureId)
  }

  async *getMany(signatureIds: Iterable<SignatureId> | AsyncIterable<SignatureId>): AsyncIterable<WalletResult> {
    for await (const signatureId of signatureIds) yield await this.#result(signatureId)
  }

  async create(wallets: readonly ManagedWallet[]): Promise<void> {
    if (wallets.length > 0) await createWallets(this.#opened(), wallets)
  }

  async remove(signatureId: SignatureId, mode: RemovalMode): Promise<void> {
    await removeWallet(this.#opened(), signatureId, mode)
  }

  async revision(): Promise<string | undefined> {
    return (await this.#opened().file.token()) ?? 'no store yet'
  }

  async check(progress?: Progress): Promise<StoreCheckReport> {
    return checkStore(this.#opened(), this.dependencies.inspect, progress)
  }

  async changePassword(): Promise<void> {
    await changeStorePassword(this.#opened(), () => this.#newPassword(), this.#kdf)
  }

  async upgrade(progress?: Progress): Promise<StoreUpgradeReport> {
    return upgradeStore(this.#opened(), {
      inspect: this.dependencies.inspect,
      newPassword: () => this.#newPassword(),
      kdf: this.#kdf,
      progress,
    })
  }

  #newPassword(): ReturnType<BackendDependencies['secrets']['resolve']> {
    const reference = this.dependencies.newPassword ?? this.options.password
    return this.dependencies.secrets.resolve(reference, {
      what: 'a new password for the wallet store',
      fresh: true,
      check: assertStrongPassword,
    })
  }

  async #result(signatureId: SignatureId): Promise<WalletResult> {
    try {
      return { signatureId, wallet: await this.get(signatureId) }
    } catch (thrown) {
      return { signatureId, error: asKeywardError(thrown) }
    }
  }

  #opened(): StoreSession {
    if (this.#session) return this.#session
    throw new KeywardError('INTERNAL', `the wallet store ${this.options.path} is used while it is not open`)
  }
}
