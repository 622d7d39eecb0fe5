import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'

/**
 * One text of a secret that is a JSON object. Takes the secret over and wipes it.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED when there is no such text.
 */
export function memberOf(secret: Secret, member: string, reference: string): Secret {
  try {
    const parsed: unknown = JSON.parse(secret.text())
    if (typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, member)) {
      const found: unknown = Reflect.get(parsed, member)
      if (typeof found === 'string' && found !== '') return Secret.fromText(found)
    }
  } catch {
    // Not JSON: said below, without the parser's words, which quote the text.
  } finally {
    secret.wipe()
  }
  throw new KeywardError(
    'SECRET_REFERENCE_UNRESOLVED',
    `the secret "${reference}" cannot be had: it has no text of that name`,
    {
      advice: `The secret must be a JSON object with a member "${member}", or the reference end before the #.`,
    },
  )
}
