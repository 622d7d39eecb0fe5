import { inspect } from 'node:util'
import { expect } from 'chai'
import { awsFailureOf } from '../../../src/backends/aws/errors.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { AwsError, awsErrors } from '../../kit/aws/aws-error.js'
import { AwsPlace } from '../../kit/aws/aws-place.js'
import type { Answer } from '../../kit/loopback-server.js'
import { failureOf } from '../../kit/failure-of.js'
import { numberedId } from '../../kit/sample-wallets.js'

/** What a message of AWS, or a body in place of AWS, might quote. Nothing of ours may. */
const CANARY = 'canary-abandon-abandon-about'

interface Row {
  readonly when: string
  readonly answer: AwsError | Answer
  readonly code: ErrorCode
  /** Part of the message or the advice. */
  readonly says: RegExp
}

const named = (name: string, message = CANARY, status = 400): AwsError => new AwsError(name, message, status)

const READING: readonly Row[] = [
  { when: 'nothing is there', answer: awsErrors.notFound(), code: 'WALLET_NOT_FOUND', says: /signatureId/ },
  { when: 'it is deleted', answer: awsErrors.inDeletion(), code: 'WALLET_DELETED', says: /restore-secret/ },
  { when: 'it has no value', answer: awsErrors.noValue(), code: 'WALLET_CORRUPT', says: /AWSCURRENT/ },
  {
    when: 'a policy does not allow it',
    answer: awsErrors.denied('secretsmanager:GetSecretValue', CANARY),
    code: 'BACKEND_DENIED',
    says: /Grant secretsmanager:GetSecretValue/,
  },
  {
    when: 'the organization forbids it',
    answer: named(
      'AccessDeniedException',
      'x is not authorized to perform: secretsmanager:GetSecretValue on resource: y with an explicit deny in a service control policy',
    ),
    code: 'BACKEND_DENIED',
    says: /service control policy of the organization/,
  },
  {
    when: 'the VPC endpoint forbids it',
    answer: named(
      'AccessDeniedException',
      'x is not authorized to perform: secretsmanager:GetSecretValue because no VPC endpoint policy allows it',
    ),
    code: 'BACKEND_DENIED',
    says: /policy of the VPC endpoint/,
  },
  { when: 'the KMS key may not be used', answer: awsErrors.keyDenied(), code: 'BACKEND_DENIED', says: /kms:Decrypt/ },
  {
    when: 'KMS names the action',
    answer: named('AccessDeniedException', 'User: x is not authorized to perform: kms:Decrypt on this resource'),
    code: 'BACKEND_DENIED',
    says: /policy of the KMS key/,
  },
  { when: 'the KMS key is disabled', answer: awsErrors.keyUnusable(), code: 'BACKEND_DENIED', says: /be enabled/ },
  { when: 'the key is unknown', answer: awsErrors.unknownKey(), code: 'BACKEND_UNAUTHENTICATED', says: /access key/ },
  { when: 'the session has expired', answer: awsErrors.expired(), code: 'BACKEND_UNAUTHENTICATED', says: /expired/ },
  {
    when: 'the signature is wrong',
    answer: awsErrors.signature(CANARY),
    code: 'BACKEND_UNAUTHENTICATED',
    says: /clock/,
  },
  { when: 'a parameter is refused', answer: awsErrors.parameter(CANARY), code: 'CONFIG_INVALID', says: /kmsKeyId/ },
  { when: 'a quota is used up', answer: named('LimitExceededException'), code: 'BACKEND_THROTTLED', says: /quota/ },
  {
    when: 'its state forbids it',
    answer: named('InvalidRequestException'),
    code: 'BACKEND_CONFLICT',
    says: /CloudTrail/,
  },
  {
    when: 'AWS names something new',
    answer: named('FutureProblemException'),
    code: 'BACKEND_CONFLICT',
    says: /FutureProblem/,
  },
  {
    when: 'AWS is unwell',
    answer: named('InternalServiceError', CANARY, 500),
    code: 'BACKEND_UNREACHABLE',
    says: /health/,
  },
  { when: 'AWS is away', answer: { status: 503, body: CANARY }, code: 'BACKEND_UNREACHABLE', says: /503|health|read/ },
  {
    when: 'a proxy forbids it',
    answer: { status: 403, body: `<html>${CANARY}` },
    code: 'BACKEND_UNREACHABLE',
    says: /proxy/,
  },
  { when: 'a login page answers', answer: { body: `<html>${CANARY}` }, code: 'BACKEND_UNREACHABLE', says: /proxy/ },
  { when: 'it is other JSON', answer: { body: { value: CANARY } }, code: 'BACKEND_UNREACHABLE', says: /proxy/ },
  {
    when: 'the value is no text',
    answer: { body: { SecretString: 7, Name: CANARY } },
    code: 'BACKEND_UNREACHABLE',
    says: /proxy/,
  },
  { when: 'nothing is in the answer', answer: { body: '' }, code: 'BACKEND_UNREACHABLE', says: /read/ },
  {
    when: 'half an answer comes',
    answer: { how: 'half', body: `{"SecretString":"${CANARY}"}` },
    code: 'BACKEND_UNREACHABLE',
    says: /network/,
  },
  { when: 'the connection is cut', answer: { how: 'reset' }, code: 'BACKEND_UNREACHABLE', says: /ECONNRESET/ },
  { when: 'no answer comes', answer: { how: 'hang' }, code: 'BACKEND_UNREACHABLE', says: /within 300 ms/ },
  { when: 'the answer has no end', answer: { how: 'drip' }, code: 'BACKEND_UNREACHABLE', says: /within 300 ms/ },
]

describe('AWS: what errors mean', () => {
  let place: AwsPlace

  beforeEach(async () => {
    place = await AwsPlace.make()
  })

  afterEach(() => place.close())

  for (const { when, answer, code, says } of READING) {
    it(`tells ${code} when ${when}, and repeats nothing that AWS said`, async () => {
      const backend = await place.opened({ timeouts: { requestMs: 300, totalMs: 30_000 } })
      place.aws.fail({ operation: 'GetSecretValue', answer, times: 20 })
      const error = await failureOf(backend.get(numberedId(1)))
      expect(error.code).to.equal(code)
      expect(`${error.message} ${error.advice ?? ''}`).to.match(says)
      expect(error.advice).to.match(/\.$/)
      for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error), JSON.stringify(place.log.lines)]) {
        expect(shown).not.to.include(CANARY)
      }
      await backend.close()
    })
  }

  it('says the same of one wallet in a batch, and gives the others', async () => {
    const backend = await place.opened()
    const { secrets } = place.aws
    const rows = READING.filter(({ answer }) => answer instanceof AwsError && answer.status === 400)
    const expected = new Map(rows.map(({ code }, n) => [numberedId(n), code]))
    rows.forEach(({ answer }, n) => {
      if (answer instanceof AwsError) secrets.unreadable.set(`keyward/${numberedId(n)}`, answer)
    })
    const found = new Map<string, string>()
    for await (const result of backend.getMany(expected.keys())) {
      found.set(result.signatureId, 'error' in result ? result.error.code : 'read')
      expect(inspect(result, { depth: 9 })).not.to.include(CANARY)
    }
    expect(found).to.deep.equal(expected)
    await backend.close()
  })

  it('names the permission that is missing when it opens', async () => {
    for (const action of ['ListSecrets', 'BatchGetSecretValue']) {
      place.aws.denied.add(`secretsmanager:${action}`)
      const error = await failureOf(place.opened())
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.advice).to.include(`Grant secretsmanager:${action}`)
      place.aws.denied.clear()
    }
  })

  it('notices at the start that reading single wallets is denied', async () => {
    place.aws.fail({
      operation: 'BatchGetSecretValue',
      answer: {
        body: {
          SecretValues: [],
          Errors: [
            {
              SecretId: 'keyward/x',
              ErrorCode: 'AccessDeniedException',
              Message: 'to perform: secretsmanager:GetSecretValue on',
            },
          ],
        },
      },
    })
    // The fake answers about another name, so the probe is read on its own, and denied for good.
    place.aws.fail({ operation: 'GetSecretValue', answer: awsErrors.denied('secretsmanager:GetSecretValue', 'x') })
    const error = await failureOf(place.opened())
    expect(error.code).to.equal('BACKEND_DENIED')
    expect(error.advice).to.include('secretsmanager:GetSecretValue')
  })

  it('says that the region is missing, or is none', async () => {
    for (const [message, code] of [
      ['Region is missing', 'CONFIG_INVALID'],
      ['Region not accepted: region="*" is not a valid hostname component.', 'CONFIG_INVALID'],
    ]) {
      const { kind, error } = awsFailureOf(new Error(message), 'read')
      expect([kind, error.code]).to.deep.equal(['answer', code])
      expect(error.advice).to.include('AWS_REGION')
    }
  })

  it('waits as long as AWS asks', () => {
    const thrown = Object.assign(new Error('slow down'), {
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
      $response: { headers: { 'retry-after': '7' } },
    })
    expect(awsFailureOf(thrown, 'read')).to.include({ kind: 'throttled', retryAfterMs: 7000 })
  })

  it('makes an error of anything that is thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, { name: 7, message: [] }, new TypeError(CANARY)]) {
      const { error } = awsFailureOf(thrown, 'read wallet x')
      expect(error.code).to.equal('BACKEND_UNREACHABLE')
      expect(inspect(error, { depth: 9 })).not.to.include(CANARY)
    }
  })
})
