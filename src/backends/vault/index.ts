import type { SecretBackend } from '../../core/secret-backend.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { RemoteBackend } from '../common/remote-backend.js'
import type { VaultConfig } from './config.js'
import { assertSecure } from './secure-address.js'
import { VaultStore } from './vault-store.js'

export { createVaultSecretScheme } from './secret-scheme.js'

/** @throws KeywardError CONFIG_INVALID for plain http to another machine. */
export function createVaultBackend(config: VaultConfig, dependencies: BackendDependencies): SecretBackend {
  assertSecure(config)
  return new RemoteBackend(new VaultStore(config, dependencies), dependencies)
}
