import { KeywardError } from '../../core/errors.js'
import type { ErrorCode } from '../../core/errors.js'
import type { RemoteFailure } from '../common/remote-failure.js'
import { denial, unusableKey } from './denials.js'
import type { ForeignError } from './foreign-error.js'

interface Row {
  readonly kind?: RemoteFailure['kind']
  readonly code: ErrorCode
  readonly problem: string
  readonly advice: string
}

const throttled: Row = {
  kind: 'throttled',
  code: 'BACKEND_THROTTLED',
  problem: 'AWS throttles',
  advice:
    'Other programs of this account share the quota. Lower `limits`, or ask AWS for more: Service Quotas, Secrets Manager and KMS.',
}
const unwell: Row = {
  kind: 'outage',
  code: 'BACKEND_UNREACHABLE',
  problem: 'AWS could not answer',
  advice: 'See https://health.aws.amazon.com for this region. Nothing needs to be changed here.',
}
const unreadable: Row = {
  kind: 'outage',
  code: 'BACKEND_UNREACHABLE',
  problem: 'the answer cannot be read as one of AWS',
  advice: 'Check `endpoint`, and whether a proxy or a login page answers in place of AWS.',
}
const expired: Row = {
  code: 'BACKEND_UNAUTHENTICATED',
  problem: 'the session with AWS has expired',
  advice:
    'Give new credentials (`auth`). A role or profile renews itself; a session token that was written down does not.',
}
const badKey: Row = {
  code: 'BACKEND_UNAUTHENTICATED',
  problem: 'AWS does not know these credentials',
  advice: 'Check `auth`: the access key may be deleted, inactive, or of another partition than the region.',
}
const badSignature: Row = {
  code: 'BACKEND_UNAUTHENTICATED',
  problem: 'AWS does not accept the signature',
  advice: 'Check the secret access key, and the clock of this machine: it may be off by at most 5 minutes.',
}
const badParameter: Row = {
  code: 'CONFIG_INVALID',
  problem: 'AWS does not accept a parameter of this request',
  advice: 'Check `prefix`, `kmsKeyId`, `tags` and `recoveryWindowDays` of the backend.',
}
const other: Row = {
  code: 'BACKEND_CONFLICT',
  problem: 'AWS refuses the request',
  advice: 'Look it up in CloudTrail by its request id.',
}

/** AWS's errors by name, without `Exception`. Sources: API reference of Secrets Manager, "Errors" and "Common errors"; the SDK's table of throttling errors. */
const ROWS: Readonly<Record<string, Row>> = {
  ResourceNotFound: {
    code: 'WALLET_NOT_FOUND',
    problem: 'there is no such secret',
    advice: 'Check the name, the region and the account.',
  },
  ResourceExists: {
    code: 'WALLET_EXISTS',
    problem: 'there is a secret of this name already',
    advice: 'A wallet is never overwritten. Nothing was stored; use another signatureId.',
  },
  LimitExceeded: {
    code: 'BACKEND_THROTTLED',
    problem: 'a quota of the account is used up',
    advice: 'Ask AWS for a higher one: Service Quotas, Secrets Manager.',
  },
  EndpointError: {
    code: 'CONFIG_INVALID',
    problem: 'there is no address for these settings',
    advice: '`fips` and `dualStack` do not go with `endpoint`, and not every region has them.',
  },
  InvalidNextToken: {
    code: 'BACKEND_CONFLICT',
    problem: 'AWS has forgotten the listing that was underway',
    advice: 'List again.',
  },
  ...named(throttled, 'Throttling Throttled RequestThrottled TooManyRequests RequestLimitExceeded SlowDown'),
  ...named(
    throttled,
    'ProvisionedThroughputExceeded BandwidthLimitExceeded PriorRequestNotComplete EC2ThrottledException',
  ),
  ...named(
    unwell,
    'InternalService InternalServiceError InternalServer InternalServerError InternalFailure ServiceUnavailable',
  ),
  ...named(unwell, 'RequestTimeout IDPCommunicationError'),
  ...named(unreadable, 'UnreadableAnswer SyntaxError TypeError'),
  ...named(expired, 'ExpiredToken ExpiredTokenError'),
  ...named(
    badKey,
    'UnrecognizedClient InvalidClientTokenId InvalidAccessKeyId MissingAuthenticationToken AuthFailure OptInRequired',
  ),
  ...named(
    badSignature,
    'InvalidSignature SignatureDoesNotMatch IncompleteSignature RequestExpired RequestTimeTooSkewed',
  ),
  ...named(badSignature, 'RequestInTheFuture'),
  ...named(
    badParameter,
    'Validation ValidationError InvalidParameter InvalidParameterValue InvalidParameterCombination',
  ),
}

function named(row: Row, names: string): Record<string, Row> {
  return Object.fromEntries(names.split(' ').map((name) => [name, row]))
}

/** An error that AWS answered with, or that the SDK made of an answer. */
export function serviceFailure(error: ForeignError, what: string): RemoteFailure {
  const special = specialFailure(error, what)
  if (special !== undefined) return { kind: 'answer', error: special }
  const row = (Object.hasOwn(ROWS, error.name) ? ROWS[error.name] : undefined) ?? byStatus(error.status)
  const { kind = 'answer', code, problem, advice } = row
  return {
    kind,
    error: new KeywardError(code, `${problem} (${plainName(error)}): ${what}`, {
      advice,
      context: { reason: plainName(error), status: error.status, requestId: error.requestId },
    }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  }
}

/** Names that stand for several things, which only the message tells apart. */
function specialFailure(error: ForeignError, what: string): KeywardError | undefined {
  switch (error.name) {
    case 'AccessDenied':
      return denial(error, what)
    case 'DecryptionFailure':
    case 'EncryptionFailure':
      return unusableKey(error, what)
    case 'InvalidRequest':
      if (/delet/i.test(error.message)) return deleted(error, what)
      return /\bKMS\b|\bkey\b/i.test(error.message) ? unusableKey(error, what) : undefined
    case 'ResourceNotFound':
      return /staging label|secret value/i.test(error.message) ? withoutValue(error, what) : undefined
    default:
      return undefined
  }
}

const deleted = ({ requestId }: ForeignError, what: string): KeywardError =>
  new KeywardError('WALLET_DELETED', `the secret is deleted but can still be restored: ${what}`, {
    advice: 'Restore it with `aws secretsmanager restore-secret --secret-id NAME`.',
    context: { requestId },
  })

const withoutValue = ({ requestId }: ForeignError, what: string): KeywardError =>
  new KeywardError('WALLET_CORRUPT', `the secret is there but has no current value: ${what}`, {
    advice: 'Look at its versions in the AWS console: the one to use needs the label AWSCURRENT.',
    context: { requestId },
  })

function byStatus(status: number | undefined): Row {
  if (status === undefined) return unreadable
  if (status === 429) return throttled
  if (status >= 500 || status < 400) return unwell
  return status === 401 || status === 403 || status === 407 ? unreadable : other
}

/** Names come from whoever answered: only what looks like one is shown. */
const plainName = ({ name, status }: ForeignError): string =>
  /^[A-Za-z0-9.]{1,64}$/.test(name) && name !== 'Error' ? name : `HTTP ${status ?? 'error'}`
