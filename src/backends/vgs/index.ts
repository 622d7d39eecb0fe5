import type { BackendDependencies } from '../common/dependencies.js'
import type { VgsConfig } from './config.js'
import { VgsBackend } from './vgs-backend.js'
import { VgsStore } from './vgs-store.js'

export { createVgsSecretScheme } from './secret-scheme.js'

/** Wallets in a vault of VGS: docs/backends/vgs.md. */
export const createVgsBackend = (config: VgsConfig, dependencies: BackendDependencies): VgsBackend =>
  new VgsBackend(new VgsStore(config, dependencies), dependencies)
