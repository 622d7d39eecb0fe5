import { asKeywardError, KeywardError } from '../../core/errors.js'
import { newSignatureId } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'
import { Secret } from '../../core/secret.js'
import type { BackendCapabilities, RemovalMode } from '../../core/secret-backend.js'
import type { WalletLabels } from '../common/labels.js'
import type { SecretStore, StoredName } from '../common/secret-store.js'
import { walletExists } from '../common/wallet-errors.js'
import type { AwsConfig } from './config.js'
import { AWS_FACTS } from './limits.js'
import { AwsSession } from './session.js'
import type { AwsDependencies } from './session.js'
import { listPage, listWallets } from './wallet-listing.js'
import { requestToken, WalletPlace } from './wallet-place.js'
import { readWallet, readWallets } from './wallet-reads.js'
import type { ReadResults } from './wallet-reads.js'

/** Wallets as secrets `<prefix>/<signatureId>` of one account and region. */
export class AwsStore implements SecretStore {
  readonly capabilities: BackendCapabilities = { recoverableRemoval: true, readOnly: false }
  readonly facts = AWS_FACTS
  readonly #place: WalletPlace
  #session: AwsSession | undefined

  constructor(
    private readonly config: AwsConfig,
    private readonly dependencies: AwsDependencies,
  ) {
    this.#place = new WalletPlace(config.prefix, config.endpoint, config.region)
  }

  get description(): string {
    return this.#place.description
  }

  /** Lists, and reads a name that no wallet has: without the right policy both are refused, and with it neither gives a secret away. */
  async open(signal?: AbortSignal): Promise<void> {
    const session = await AwsSession.create(this.config, this.dependencies)
    this.#session = session
    await listPage(session, this.#place, { size: 1, what: 'list the wallets' }, signal)
    this.#place.region = session.region
    const probe = newSignatureId()
    const answer = (await readWallets(session, this.#place, [probe], signal)).get(probe)
    if (answer instanceof Secret) answer.wipe()
    else if (answer !== undefined && answer.code !== 'WALLET_NOT_FOUND') throw answer
  }

  close(): Promise<void> {
    this.#session?.close()
    this.#session = undefined
    return Promise.resolve()
  }

  async ping(): Promise<void> {
    await listPage(this.#open(), this.#place, { size: 1, what: 'see whether AWS answers' })
  }

  names(): AsyncIterable<StoredName> {
    return listWallets(this.#open(), this.#place)
  }

  async read(signatureIds: readonly SignatureId[]): Promise<ReadResults> {
    const [id] = signatureIds
    if (id === undefined) return new Map()
    const session = this.#open()
    return signatureIds.length === 1
      ? await readWallet(session, this.#place, id)
      : await readWallets(session, this.#place, signatureIds)
  }

  async create(signatureId: SignatureId, value: Secret, labels: WalletLabels): Promise<void> {
    const { kmsKeyId } = this.config
    const name = this.#place.nameOf(signatureId)
    const token = requestToken(name, value)
    const tags = { ...this.config.tags, ...labels }
    try {
      await this.#open().run('create', `create wallet ${signatureId}`, (client, signal) =>
        client.create({ name, token, value, tags, kmsKeyId }, signal),
      )
    } catch (thrown) {
      const error = asKeywardError(thrown)
      if (error.code === 'WALLET_EXISTS') throw walletExists(signatureId)
      if (error.code !== 'WALLET_DELETED') throw error
      throw walletExists(signatureId, 'deleted but recoverable', this.#place.restoring(signatureId))
    }
  }

  /** Looks first: a permanent removal does not say whether there was anything. */
  async remove(signatureId: SignatureId, mode: RemovalMode): Promise<void> {
    const session = this.#open()
    const name = this.#place.nameOf(signatureId)
    const what = `remove wallet ${signatureId}`
    try {
      const deleted = await session.run('describe', what, (client, signal) => client.isDeleted(name, signal))
      if (deleted && mode === 'recoverable') throw this.#place.deleted(signatureId)
    } catch (thrown) {
      throw this.#place.about(signatureId, asKeywardError(thrown))
    }
    const windowDays = mode === 'recoverable' ? this.config.recoveryWindowDays : undefined
    try {
      await session.run('remove', what, (client, signal) => client.remove(name, windowDays, signal))
    } catch (thrown) {
      // It was there a moment ago, so this request, or somebody else's, has taken effect.
      const error = asKeywardError(thrown)
      if (error.code !== 'WALLET_DELETED' && error.code !== 'WALLET_NOT_FOUND') throw error
    }
  }

  #open(): AwsSession {
    if (this.#session) return this.#session
    throw new KeywardError('INTERNAL', `${this.description} is used while it is not open`)
  }
}
