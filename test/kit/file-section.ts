import type { BackendConfig } from '../../src/backends/index.js'

/** The backend's section, which the test knows to be that of a file. */
export function fileSection({
  backend,
}: {
  readonly backend: BackendConfig
}): Extract<BackendConfig, { type: 'file' }> {
  if (backend.type !== 'file') throw new Error(`the backend is ${backend.type}`)
  return backend
}
