import { KeywardError } from '../../core/errors.js'
import type { ForeignError } from './foreign-error.js'

const POLICY = 'The policy to paste is in docs/backends/aws.md.'

/** Phrases of AWS's message that say which policy refuses: IAM user guide, "Access denied error messages". */
const WHOSE: readonly (readonly [RegExp, string])[] = [
  [/service control policy/i, 'A service control policy of the organization refuses it.'],
  [/resource control policy/i, 'A resource control policy of the organization refuses it.'],
  [/permissions boundary/i, 'The permissions boundary of the role refuses it.'],
  [/session policy/i, 'The session policy refuses it.'],
  [/VPC endpoint policy/i, 'The policy of the VPC endpoint refuses it.'],
  [/resource-based policy/i, 'The policy of the secret, or of its KMS key, does not allow it.'],
  [/explicit deny/i, 'A policy refuses it explicitly.'],
]

/** A denied permission: which one, and by whose policy. Of AWS's message only these facts are taken. */
export function denial({ message, requestId }: ForeignError, what: string): KeywardError {
  const action = /perform: ([a-z-]{2,32}:[A-Za-z*]{2,64})\b/.exec(message)?.[1]
  // Without a name of an action: "Access to KMS is not allowed".
  const aboutKey = action === undefined ? /\bKMS\b/.test(message) : action.startsWith('kms:')
  const whose = WHOSE.find(([phrase]) => phrase.test(message))?.[1]
  const missing = action ?? (aboutKey ? 'kms:Decrypt and kms:GenerateDataKey' : undefined)
  const subject = aboutKey ? 'the KMS key may not be used' : 'AWS does not permit this'
  const grant = missing === undefined ? 'Grant the permission to the role that Keyward runs as.' : `Grant ${missing}.`
  const key = aboutKey ? ' The policy of the KMS key must allow it too.' : ''
  return new KeywardError('BACKEND_DENIED', `${subject}${missing === undefined ? '' : ` (${missing})`}: ${what}`, {
    advice: `${grant}${whose === undefined ? '' : ` ${whose}`}${key} ${POLICY}`,
    context: { reason: aboutKey ? 'kms' : 'policy', permission: missing, requestId },
  })
}

/** The key itself is disabled, waits for its deletion, or is not there. */
export const unusableKey = ({ name, requestId }: ForeignError, what: string): KeywardError =>
  new KeywardError('BACKEND_DENIED', `the KMS key of this secret cannot be used (${name}): ${what}`, {
    advice:
      'Look at the key: it must exist, be enabled and not wait for deletion. A deletion that waits can be cancelled: `aws kms cancel-key-deletion`.',
    context: { reason: 'kms', requestId },
  })
