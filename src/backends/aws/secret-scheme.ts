import { asKeywardError, KeywardError } from '../../core/errors.js'
import { secretReferenceSchema } from '../../core/secret-reference.js'
import type { SecretPurpose } from '../../core/secret-reference.js'
import { Secret } from '../../core/secret.js'
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
    if (name === '') throw unresolved(rest, 'it names no secret', `Write aws:NAME, or set ${NAME}.`)
    const session = await AwsSession.create(connection ?? fromVariables(rest, name, environment), dependencies)
    try {
      const value = await session.run('read', `read the secret ${name}`, (client, signal) => client.read(name, signal))
      if (member === undefined) return value
      try {
        return memberOf(rest, value, member)
      } finally {
        value.wipe()
      }
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
    throw unresolved(rest, `the variable ${missing} is not set`, `Set ${missing} as well, or neither.`)
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
  throw unresolved(rest, `the variable ${REGION} is not the name of a region`, `Set ${REGION}, e.g. to eu-west-1.`)
}

/** Takes a text member out of a JSON object. What is there otherwise is never told. */
function memberOf(rest: string, value: Secret, member: string): Secret {
  const advice = 'Check the part after # and the value of the secret.'
  let parsed: unknown
  try {
    parsed = JSON.parse(value.text())
  } catch {
    // The parser's message quotes the text.
    throw unresolved(rest, 'its value is not JSON', advice)
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, member)) {
    throw unresolved(rest, 'its value has no such member', advice)
  }
  const found: unknown = Object.entries(parsed).find(([name]) => name === member)?.[1]
  if (typeof found === 'string' && found !== '') return Secret.fromText(found)
  throw unresolved(rest, 'that member of its value is not a text', advice)
}

/** There are no wallets here: what AWS says about a secret is said about the reference. */
function explained(rest: string, error: KeywardError): KeywardError {
  if (error.code === 'CONFIG_INVALID' && error.message.includes('region')) {
    return unresolved(rest, error.message, `Set ${REGION} or AWS_REGION, or write the ARN of the secret.`)
  }
  if (!error.code.startsWith('WALLET_')) return error
  return unresolved(rest, error.message, error.advice ?? 'Check the name, the region and the account.')
}

const unresolved = (rest: string, reason: string, advice: string): KeywardError =>
  new KeywardError('SECRET_REFERENCE_UNRESOLVED', `the secret "aws:${rest}" cannot be had: ${reason}`, { advice })
