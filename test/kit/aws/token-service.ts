import { randomBytes } from 'node:crypto'
import { AwsError } from './aws-error.js'
import type { AccessKey } from './signature.js'

export interface Role {
  /** Access key ids that may assume it; a session of another role has one too. */
  readonly trusts: ReadonlySet<string>
  readonly externalId?: string
  /** Tokens that prove a web identity. */
  readonly tokens?: ReadonlySet<string>
}

export interface TokenServiceState {
  readonly roles: ReadonlyMap<string, Role>
  readonly keys: Map<string, AccessKey>
  /** How long the sessions that it gives hold, whatever was asked for. */
  readonly sessionMs: number | undefined
  readonly now: () => number
}

const deny = (role: string): AwsError =>
  new AwsError(
    'AccessDenied',
    `User: arn:aws:iam::123456789012:user/app is not authorized to perform: sts:AssumeRole on resource: ${role}`,
    403,
  )

/** @param signer access key of the request; `undefined` when it was not signed. @returns the answer as XML. @throws AwsError */
export function assumeRole(form: URLSearchParams, signer: string | undefined, state: TokenServiceState): string {
  const action = form.get('Action') ?? ''
  const arn = form.get('RoleArn') ?? ''
  const role = state.roles.get(arn)
  if (role === undefined) throw deny(arn)
  if (action === 'AssumeRole') {
    if (signer === undefined || !role.trusts.has(signer)) throw deny(arn)
    if (role.externalId !== undefined && form.get('ExternalId') !== role.externalId) throw deny(arn)
  } else if (role.tokens?.has(form.get('WebIdentityToken') ?? '') !== true) {
    throw new AwsError('InvalidIdentityToken', 'Couldn’t retrieve verification key from your identity provider')
  }
  const seconds = Number(form.get('DurationSeconds') ?? 3600)
  if (seconds > 3600) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  const expiresAt = state.now() + (state.sessionMs ?? seconds * 1000)
  const key = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
    sessionToken: randomBytes(30).toString('hex'),
    expiresAt,
  }
  state.keys.set(key.accessKeyId, key)
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
<AssumedRoleUser><AssumedRoleId>AROA:${form.get('RoleSessionName') ?? ''}</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>${key.accessKeyId}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey>
<SessionToken>${key.sessionToken}</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration></Credentials>
</${action}Result><ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000001</RequestId></ResponseMetadata></${action}Response>`
}

export const xmlError = ({ name, message }: AwsError): string =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error><RequestId>00000000-0000-4000-8000-000000000002</RequestId></ErrorResponse>`
