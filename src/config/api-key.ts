import { KeywardError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import type { SecretReference, SecretSource } from '../core/secret-reference.js'

/**
 * The Tatum API key, for commands that cannot do without. The caller wipes it.
 * @throws KeywardError API_KEY_MISSING when no setting refers to one, SECRET_REFERENCE_UNRESOLVED when the one that does leads nowhere.
 */
export async function requireApiKey(reference: SecretReference | undefined, secrets: SecretSource): Promise<Secret> {
  if (reference === undefined) {
    throw new KeywardError('API_KEY_MISSING', 'the Tatum API key is not set', {
      advice: 'Set TATUM_API_KEY, or refer to the key in the configuration: api.key: file:/path.',
    })
  }
  return await secrets.resolve(reference, { what: 'the Tatum API key' })
}
