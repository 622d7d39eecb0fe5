import { inspect } from 'node:util'
import { expect } from 'chai'
import { awsConnectionSchema } from '../../../src/backends/aws/config.js'
import { createAwsSecretScheme } from '../../../src/backends/aws/index.js'
import { awsErrors } from '../../kit/aws/aws-error.js'
import { AwsPlace, staticAuth } from '../../kit/aws/aws-place.js'
import { withEnvironment } from '../../kit/aws/environment.js'
import { ROOT_KEY } from '../../kit/aws/fake-aws.js'
import { failureOf } from '../../kit/failure-of.js'

const PURPOSE = { what: 'the password of the wallet store' }
const VALUE = JSON.stringify({ password: 'canary-pässword', number: 7, empty: '', __proto__: null })

describe('AWS: secrets of the program itself', () => {
  let place: AwsPlace

  beforeEach(async () => {
    place = await AwsPlace.make()
    place.aws.secrets.put('kms/password', VALUE)
    place.aws.secrets.put('plain', 'canary-plain')
  })

  afterEach(() => place.close())

  const environment = (
    variables: Readonly<Record<string, string>> = {},
  ): { find(name: string): { text: string } | undefined } => ({
    find: (name) => (variables[name] === undefined ? undefined : { text: variables[name] }),
  })

  const configured = (rest: string): Promise<string> => {
    const connection = awsConnectionSchema.parse({ region: 'eu-west-1', endpoint: place.aws.url, auth: staticAuth })
    return textOf(
      createAwsSecretScheme(connection, place.dependencies)(rest, { purpose: PURPOSE, environment: environment() }),
    )
  }

  /** As the reference's flag `--aws`; only the address is the fake's. */
  const byVariables = (rest: string, variables: Readonly<Record<string, string>>): Promise<string> => {
    for (const name of ['TATUM_KMS_AWS_ACCESS_KEY_ID', 'TATUM_KMS_AWS_SECRET_ACCESS_KEY']) {
      place.variables.set(name, variables[name] ?? '')
    }
    const scheme = createAwsSecretScheme(undefined, place.dependencies)
    return textOf(scheme(rest, { purpose: PURPOSE, environment: environment(variables) }))
  }

  const textOf = async (reading: Promise<{ text(): string; wipe(): void }>): Promise<string> => {
    const secret = await reading
    try {
      return secret.text()
    } finally {
      secret.wipe()
    }
  }

  const KEYS = {
    TATUM_KMS_AWS_ACCESS_KEY_ID: ROOT_KEY.accessKeyId,
    TATUM_KMS_AWS_SECRET_ACCESS_KEY: ROOT_KEY.secretAccessKey,
  }

  it('reads a whole value, and one member of a JSON object', async () => {
    expect(await configured('plain')).to.equal('canary-plain')
    expect(await configured('kms/password#password')).to.equal('canary-pässword')
    expect(await configured('kms/password')).to.equal(VALUE)
  })

  it('reads by ARN', async () => {
    expect(await configured(place.aws.secrets.find('plain')?.arn ?? '')).to.equal('canary-plain')
  })

  it('leaves no connection open', async () => {
    await configured('plain')
    while (place.aws.server.openConnections > 0) await new Promise((resolve) => setImmediate(resolve))
  })

  it('reads with the variables of the reference, which the reference itself passes over', async () => {
    await withEnvironment({ AWS_ENDPOINT_URL_SECRETS_MANAGER: place.aws.url }, async () => {
      const variables = { ...KEYS, TATUM_KMS_AWS_REGION: 'us-east-1' }
      expect(await byVariables('kms/password#password', variables)).to.equal('canary-pässword')
      expect(place.aws.server.requests[0]?.headers.authorization)
        .to.include(ROOT_KEY.accessKeyId)
        .and.include('us-east-1')
    })
  })

  it('reads with what the environment says where the variables of the reference are not set', async () => {
    const ambient = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: place.aws.url,
      AWS_ACCESS_KEY_ID: ROOT_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEY.secretAccessKey,
    }
    await withEnvironment({ ...ambient, AWS_REGION: 'eu-north-1' }, async () => {
      expect(await byVariables('plain', {})).to.equal('canary-plain')
    })
    await withEnvironment(ambient, async () => {
      expect(await byVariables(place.aws.secrets.find('plain')?.arn ?? '', {})).to.equal('canary-plain')
      expect(place.aws.server.requests.at(-1)?.headers.authorization).to.include('/eu-west-1/')
    })
  })

  for (const [what, rest, variables, named] of [
    ['no name', '', {}, 'TATUM_KMS_AWS_SECRET_NAME'],
    ['no region', 'plain', KEYS, 'TATUM_KMS_AWS_REGION'],
    ['a region that is none', 'plain', { ...KEYS, TATUM_KMS_AWS_REGION: 'Ireland!' }, 'TATUM_KMS_AWS_REGION'],
    ['half a key', 'plain', { TATUM_KMS_AWS_ACCESS_KEY_ID: 'x' }, 'TATUM_KMS_AWS_SECRET_ACCESS_KEY'],
    ['the other half', 'plain', { TATUM_KMS_AWS_SECRET_ACCESS_KEY: 'canary' }, 'TATUM_KMS_AWS_ACCESS_KEY_ID'],
  ] as const) {
    it(`names the variable when there is ${what}`, async () => {
      await withEnvironment({}, async () => {
        const error = await failureOf(byVariables(rest, variables))
        expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
        expect(`${error.message} ${error.advice ?? ''}`)
          .to.include(named)
          .and.not.include('canary')
      })
    })
  }

  for (const [what, rest] of [
    ['no such secret', 'absent'],
    ['no such member', 'kms/password#absent'],
    ['a member that is inherited', 'kms/password#toString'],
    ['a member that is no text', 'kms/password#number'],
    ['an empty member', 'kms/password#empty'],
    ['a member of what is no JSON', 'plain#password'],
  ]) {
    it(`says that there is ${what ?? ''}, and nothing of what is there`, async () => {
      const error = await failureOf(configured(rest ?? ''))
      expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
      expect(error.message).to.include(`aws:${rest ?? ''}`)
      expect(error.advice).to.match(/\.$/)
      expect(inspect(error, { depth: 9 })).not.to.include('canary')
    })
  }

  it('says that it is deleted, denied, or that AWS is away', async () => {
    place.aws.secrets.perform('DeleteSecret', { SecretId: 'plain' })
    const deleted = await failureOf(configured('plain'))
    expect([deleted.code, deleted.advice]).to.satisfy(
      ([code, advice]: string[]) => code === 'SECRET_REFERENCE_UNRESOLVED' && advice?.includes('restore-secret'),
    )
    place.aws.fail({ operation: 'GetSecretValue', answer: awsErrors.denied('secretsmanager:GetSecretValue', 'x') })
    expect((await failureOf(configured('kms/password'))).code).to.equal('BACKEND_DENIED')
    await place.aws.close()
    expect((await failureOf(configured('kms/password'))).code).to.equal('BACKEND_UNREACHABLE')
  })
})
