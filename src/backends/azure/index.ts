import type { SecretBackend } from '../../core/secret-backend.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { RemoteBackend } from '../common/remote-backend.js'
import { AzureStore } from './azure-store.js'
import { AzureClient } from './client.js'
import type { AzureConfig } from './config.js'

export { createAzureSecretScheme } from './secret-scheme.js'

/** Wallets in an Azure Key Vault. */
export function createAzureBackend(config: AzureConfig, dependencies: BackendDependencies): SecretBackend {
  const { clock, log } = dependencies
  const client = new AzureClient(config, dependencies)
  return new RemoteBackend(new AzureStore(config, { client, clock, log }), dependencies)
}
