import type { MaintainableBackend } from '../../core/maintenance.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { DEFAULT_PASSWORD, defaultStorePath } from './config.js'
import type { FileConfig } from './config.js'
import { FileBackend } from './file-backend.js'

export function createFileBackend(config: FileConfig, dependencies: BackendDependencies): MaintainableBackend {
  const options = { path: config.path ?? defaultStorePath(), password: config.password ?? DEFAULT_PASSWORD }
  return new FileBackend(options, dependencies)
}
