import { Secret } from '../../core/secret.js'
import { unresolved } from '../../core/unresolved.js'

/**
 * One text of a secret that is a JSON object. Takes the secret over and wipes it.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED, which never tells what is there instead.
 */
export function memberOf(secret: Secret, member: string, reference: string): Secret {
  const advice = `The secret must be a JSON object with a text "${member}", or the reference end before the #.`
  let parsed: unknown
  try {
    parsed = JSON.parse(secret.text())
  } catch {
    // The parser's message quotes the text.
    throw unresolved(reference, 'its value is not JSON', advice)
  } finally {
    secret.wipe()
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, member)) {
    throw unresolved(reference, 'its value has no such member', advice)
  }
  const found: unknown = Object.entries(parsed).find(([name]) => name === member)?.[1]
  if (typeof found === 'string' && found !== '') return Secret.fromText(found)
  throw unresolved(reference, 'that member of its value is not a text', advice)
}
