import type { SecretBackend } from '../../core/secret-backend.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { RemoteBackend } from '../common/remote-backend.js'
import { AwsStore } from './aws-store.js'
import type { AwsConfig } from './config.js'

export { createAwsSecretScheme } from './secret-scheme.js'

/** Not yet open. */
export const createAwsBackend = (config: AwsConfig, dependencies: BackendDependencies): SecretBackend =>
  new RemoteBackend(new AwsStore(config, dependencies), dependencies)
