import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAzureBackend } from '../../../src/backends/azure/index.js'
import { AzureClient } from '../../../src/backends/azure/client.js'
import { AzureStore } from '../../../src/backends/azure/azure-store.js'
import { azureConfigSchema } from '../../../src/backends/azure/config.js'
import type { AzureConfig } from '../../../src/backends/azure/config.js'
import type { BackendDependencies } from '../../../src/backends/common/dependencies.js'
import { systemClock } from '../../../src/core/clock.js'
import type { Clock } from '../../../src/core/clock.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { Secret } from '../../../src/core/secret.js'
import { RecordingLog } from '../recording-log.js'
import { testCertificate } from '../test-certificate.js'
import { CLIENT, FakeEntra, TENANT } from './fake-entra.js'
import { FakeVault } from './fake-vault.js'
import type { VaultOptions } from './fake-vault.js'

export const CANARY_CLIENT_SECRET = 'canary-client-secret-5b0c'

/** A clock whose waits are short, so that tests of waiting do not wait. Its time goes on by as much as was waited for. */
export function hurriedClock(): Clock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    sleep: async (ms) => {
      ahead += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A vault, the identity service in front of it, and backends on them. */
export class AzurePlace {
  readonly log = new RecordingLog()
  /** Texts of references by what follows the colon. */
  readonly secrets = new Map([['CLIENT_SECRET', CANARY_CLIENT_SECRET]])
  readonly #backends: { close(): Promise<void> }[] = []

  private constructor(
    readonly entra: FakeEntra,
    readonly vault: FakeVault,
    readonly folder: string,
    readonly clock: Clock,
  ) {}

  static async make(options: VaultOptions = {}, clock: Clock = systemClock): Promise<AzurePlace> {
    const entra = await FakeEntra.start()
    entra.applications.set(CLIENT, { secret: CANARY_CLIENT_SECRET })
    const vault = await FakeVault.start(entra, options)
    const folder = await mkdtemp(join(tmpdir(), 'keyward-azure-'))
    await writeFile(join(folder, 'ca.pem'), testCertificate.cert)
    return new AzurePlace(entra, vault, folder, clock)
  }

  config(changes: Readonly<Record<string, unknown>> = {}): AzureConfig {
    return azureConfigSchema.parse({
      type: 'azure',
      vaultUrl: this.vault.url,
      authorityHost: this.entra.url,
      disableInstanceDiscovery: true,
      disableChallengeResourceVerification: true,
      auth: { method: 'client-secret', tenantId: TENANT, clientId: CLIENT, clientSecret: 'env:CLIENT_SECRET' },
      tls: { caFile: join(this.folder, 'ca.pem') },
      ...changes,
    })
  }

  get dependencies(): BackendDependencies {
    return {
      secrets: {
        resolve: async (reference) =>
          Secret.fromText(this.secrets.get(reference.slice(reference.indexOf(':') + 1)) ?? ''),
      },
      ...{ log: this.log, clock: this.clock },
      inspect: async () => [],
      whenMissing: 'fail',
    }
  }

  backend(changes: Readonly<Record<string, unknown>> = {}): SecretBackend {
    return this.#kept(createAzureBackend(this.config(changes), this.dependencies))
  }

  client(changes: Readonly<Record<string, unknown>> = {}): AzureClient {
    return this.#kept(new AzureClient(this.config(changes), this.dependencies))
  }

  store(changes: Readonly<Record<string, unknown>> = {}): AzureStore {
    const client = this.client(changes)
    return new AzureStore(this.config(changes), { client, clock: this.clock, log: this.log })
  }

  async dispose(): Promise<void> {
    for (const backend of this.#backends) await backend.close()
    await this.vault.close()
    await this.entra.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  #kept<T extends { close(): Promise<void> }>(made: T): T {
    this.#backends.push(made)
    return made
  }
}
