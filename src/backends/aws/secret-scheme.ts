import type { KeywardError } from '../../core/errors.js'
import { asKeywardError } from '../../core/errors.js'
import { secretReferenceSchema } from '../../core/secret-reference.js'
import type { SecretPurpose } from '../../core/secret-reference.js'
import type { Secret } from '../../core/secret.js'
import { unresolved } from '../../core/unresolved.js'
import { memberOf } from '../common/json-member.js'
import { awsConnectionSchema } from './config.js'
import type { AwsConnection } from './config.js'
import { AwsSession } from './session.js'
import type { AwsDependencies } from './session.js'

interface Variables {
  find(name: string): { readonly text: string } | undefined
}

type SecretScheme = (
  rest: string,
  context: { readonly purpose: SecretPurpose; readonly environment: Variables },
) => Promise<Secret>

const REGION = 'TATUM_KMS_AWS_REGION'
const KEY_ID = 'TATUM_KMS_AWS_ACCESS_KEY_ID'
const KEY = 'TATUM_KMS_AWS_SECRET_ACCESS_KEY'
const NAME = 'TATUM_KMS_AWS_SECRET_NAME'

/**
 * Secrets of the program itself from AWS Secrets Manager: `aws:name-or-arn`, or `aws:name-or-arn#member` for one member of a JSON object.
 * @param connection as configured; without it the variables TATUM_KMS_AWS_* of the reference, and what they leave out as AWS's own tools find it.
 */
export function createAwsSecretScheme(
  connection: AwsConnection | undefined,
  dependencies: AwsDependencies,
): SecretScheme {
  return async (rest, { environment }) => {
    const [name = '', ...parts] = rest.split('#')
    const member = parts.length === 0 ? undefined : parts.join('#')
    if (name === '') throw unresolved(`aws:${rest}`, 'it names no secret', `Write aws:NAME, or set ${NAME}.`)
    const session = await AwsSession.create(connection ?? fromVariables(rest, name, environment), dependencies)
    try {
      const value = await session.run('read', `read the secret ${name}`, (client, signal) => client.read(name, signal))
      if (member === undefined) return value
      return memberOf(value, member, `aws:${rest}`)
    } catch (thrown) {
      throw explained(rest, asKeywardError(thrown))
    } finally {
      session.close()
    }
  }
}

/** @throws KeywardError SECRET_REFERENCE_UNRESOLVED when a key is given by half. */
function fromVariables(rest: string, name: string, environment: Variables): AwsConnection {
  const given = (variable: string): string => environment.find(variable)?.text.trim() ?? ''
  const region = given(REGION) || (/^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):/.exec(name)?.[1] ?? '')
  const keys = [KEY_ID, KEY].filter((variable) => given(variable) !== '')
  if (keys.length === 1) {
    const missing = keys[0] === KEY ? KEY_ID : KEY
    throw unresolved(`aws:${rest}`, `the variable ${missing} is not set`, `Set ${missing} as well, or neither.`)
  }
  const parsed = awsConnectionSchema.safeParse({
    ...(region === '' ? {} : { region }),
    ...(keys.length === 0
      ? {}
      : {
          auth: {
            method: 'static',
            accessKeyId: secretReferenceSchema.parse(`env:${KEY_ID}`),
            secretAccessKey: secretReferenceSchema.parse(`env:${KEY}`),
          },
        }),
  })
  if (parsed.success) return parsed.data
  throw unresolved(
    `aws:${rest}`,
    `the variable ${REGION} is not the name of a region`,
    `Set ${REGION}, e.g. to eu-west-1.`,
  )
}

/** There are no wallets here: what AWS says about a secret is said about the reference. */
function explained(rest: string, error: KeywardError): KeywardError {
  if (error.code === 'CONFIG_INVALID' && error.message.includes('region')) {
    return unresolved(`aws:${rest}`, error.message, `Set ${REGION} or AWS_REGION, or write the ARN of the secret.`)
  }
  if (!error.code.startsWith('WALLET_')) return error
  return unresolved(`aws:${rest}`, error.message, error.advice ?? 'Check the name, the region and the account.')
}
