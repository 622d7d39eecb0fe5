import { KeywardError } from '../core/errors.js'
import { isMaintainable } from '../core/maintenance.js'
import type { MaintainableBackend } from '../core/maintenance.js'
import type { SecretBackend } from '../core/secret-backend.js'

/** @throws KeywardError BACKEND_UNSUPPORTED for a product that keeps its own store. */
export function demandMaintainable(backend: SecretBackend): MaintainableBackend {
  if (isMaintainable(backend)) return backend
  throw new KeywardError('BACKEND_UNSUPPORTED', `${backend.description} is not a store that Keyward maintains`, {
    advice: 'Checking, re-keying and upgrading are done with the means of that product.',
  })
}
