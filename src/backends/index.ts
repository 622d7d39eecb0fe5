import type { SecretBackend } from '../core/secret-backend.js'
import type { BackendConfig } from './config.js'
import type { BackendDependencies } from './common/dependencies.js'

export { backendConfigSchema } from './config.js'
export type { BackendConfig } from './config.js'
export type { BackendDependencies } from './common/dependencies.js'
export { createSecretSchemes, secretConnectionsSchema } from './secret-schemes.js'
export type { SecretConnections } from './secret-schemes.js'

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
