import { z } from 'zod'
import type { SecretBackend } from '../core/secret-backend.js'
import { awsConfigSchema } from './aws/config.js'
import { azureConfigSchema } from './azure/config.js'
import type { BackendDependencies } from './common/dependencies.js'
import { fileConfigSchema } from './file/config.js'
import { vgsConfigSchema } from './vgs/config.js'
import { vaultConfigSchema } from './vault/config.js'

export type { BackendDependencies } from './common/dependencies.js'
export { createSecretSchemes, secretConnectionsSchema } from './secret-schemes.js'
export type { SecretConnections } from './secret-schemes.js'

/** Which product keeps the wallets. Adding one is a folder beside `file`, a member here and a line below: docs/adding-a-backend.md. */
export const backendConfigSchema = z.discriminatedUnion('type', [
  fileConfigSchema,
  awsConfigSchema,
  azureConfigSchema,
  vaultConfigSchema,
  vgsConfigSchema,
])
export type BackendConfig = z.output<typeof backendConfigSchema>

type BackendType = BackendConfig['type']
type ConfigOf<T extends BackendType> = Extract<BackendConfig, { readonly type: T }>
type Factory<T extends BackendType> = (config: ConfigOf<T>, dependencies: BackendDependencies) => Promise<SecretBackend>

/** One line for each product; a missing one does not compile. The product's code and libraries are loaded by the import inside its line. */
const FACTORIES: { readonly [T in BackendType]: Factory<T> } = {
  file: async (config, dependencies) => (await import('./file/index.js')).createFileBackend(config, dependencies),
  aws: async (config, dependencies) => (await import('./aws/index.js')).createAwsBackend(config, dependencies),
  azure: async (config, dependencies) => (await import('./azure/index.js')).createAzureBackend(config, dependencies),
  vault: async (config, dependencies) => (await import('./vault/index.js')).createVaultBackend(config, dependencies),
  vgs: async (config, dependencies) => (await import('./vgs/index.js')).createVgsBackend(config, dependencies),
}

const create = <T extends BackendType>(
  type: T,
  config: ConfigOf<T>,
  dependencies: BackendDependencies,
): Promise<SecretBackend> => FACTORIES[type](config, dependencies)

/** The backend for a configuration, not yet open. */
export async function createBackend(config: BackendConfig, dependencies: BackendDependencies): Promise<SecretBackend> {
  return create(config.type, config, dependencies)
}
