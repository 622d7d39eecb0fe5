import { KeywardError } from '../../core/errors.js'
import type { MaintainableBackend } from '../../core/maintenance.js'
import type { BackendDependencies } from '../common/dependencies.js'
import type { FileConfig } from './config.js'
import { FileBackend } from './file-backend.js'

/** @throws KeywardError CONFIG_INVALID when path or password is left out and nobody has filled in a default. */
export function createFileBackend(config: FileConfig, dependencies: BackendDependencies): MaintainableBackend {
  const { path, password } = config
  if (path !== undefined && password !== undefined) return new FileBackend({ path, password }, dependencies)
  throw new KeywardError('CONFIG_INVALID', 'the file backend needs to know the path and the password of its store', {
    advice: 'Set `backend.path` and `backend.password`.',
  })
}
