import { awsErrors } from '../aws/aws-error.js'
import { FakeAws } from '../aws/fake-aws.js'
import type { AwsFault } from '../aws/fake-aws.js'
import { SPOILED, requestLine, unkindAnswer } from './command-place.js'
import type { CommandPlace } from './command-place.js'

const KEY = {
  accessKeyId: 'AKIACANARYCANARYCANA',
  secretAccessKey: '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',
  sessionToken: 'canary-aws-session-token-31c7',
}
const OPERATIONS = [
  ...['CreateSecret', 'GetSecretValue', 'BatchGetSecretValue', 'DescribeSecret', 'ListSecrets'],
  ...['DeleteSecret', 'RestoreSecret'],
] as AwsFault['operation'][]

/** @param secrets what an unkind service says in its errors. */
export async function awsPlace(caFile: string, secrets: readonly string[] = []): Promise<CommandPlace> {
  const aws = await FakeAws.start({ tls: true })
  aws.keys.set(KEY.accessKeyId, KEY)
  const always = (answer: AwsFault['answer']): void => {
    for (const operation of OPERATIONS) aws.fail({ operation, answer, times: Infinity })
  }
  const connection = {
    ...{ region: 'eu-west-1', endpoint: aws.url, tls: { caFile } },
    auth: {
      ...{ method: 'static', accessKeyId: 'env:PLACE_AWS_KEY_ID', secretAccessKey: 'env:PLACE_AWS_KEY' },
      sessionToken: 'env:PLACE_AWS_TOKEN',
    },
  }
  return {
    product: 'aws',
    section: { type: 'aws', ...connection },
    connection,
    env: {
      ...{ PLACE_AWS_KEY_ID: KEY.accessKeyId, PLACE_AWS_KEY: KEY.secretAccessKey },
      PLACE_AWS_TOKEN: KEY.sessionToken,
    },
    credentials: [KEY.secretAccessKey, KEY.sessionToken],
    lines: () => aws.server.requests.map(requestLine),
    keep: (name, value) => {
      aws.secrets.put(name, value)
      return `aws:${name}`
    },
    absent: (name) => `aws:${name}`,
    troubles: {
      denied: () => always(awsErrors.denied('secretsmanager:GetSecretValue', 'keyward/*')),
      'wrong credential': () => void aws.keys.set(KEY.accessKeyId, { ...KEY, secretAccessKey: 'another key' }),
      throttled: () => always(awsErrors.throttled()),
      'cut off': () => always(SPOILED['cut off']),
      'half an answer': () => always(SPOILED['half an answer']),
      garbage: () => always(SPOILED.garbage),
      unkind: () => always(unkindAnswer([...secrets, KEY.secretAccessKey, KEY.sessionToken])),
      down: () => always({ status: 503 }),
    },
    heal: () => {
      aws.heal()
      aws.keys.set(KEY.accessKeyId, KEY)
    },
    close: () => aws.close(),
  }
}
