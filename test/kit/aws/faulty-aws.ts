import type { FaultyPlace, PlaceFault } from '../backend-fault-suite.js'
import { awsErrors } from './aws-error.js'
import { AwsPlace } from './aws-place.js'
import type { AwsSettings } from './aws-place.js'
import type { AwsFault } from './fake-aws.js'

const FAULTS: Readonly<Record<Exclude<PlaceFault, 'sealed'>, Pick<AwsFault, 'answer' | 'afterwards'>>> = {
  denied: { answer: awsErrors.denied('secretsmanager:GetSecretValue', 'keyward/*') },
  throttled: { answer: awsErrors.throttled() },
  'throttled-with-wait': {
    answer: { status: 400, headers: { 'retry-after': '2' }, body: '{"__type":"ThrottlingException"}' },
  },
  slow: { answer: { delayMs: 150 }, afterwards: true },
  reset: { answer: { how: 'reset' } },
  hang: { answer: { how: 'hang' } },
  half: { answer: { how: 'half', body: '{"Name":"half an answer"}' } },
  garbage: { answer: { body: '<html>Please sign in</html>' } },
  unwell: { answer: { status: 500, body: '{"__type":"InternalServiceError"}' } },
  'late-reset': { answer: { how: 'reset' }, afterwards: true },
  'late-half': { answer: { how: 'half' }, afterwards: true },
  expired: { answer: awsErrors.expired() },
}

/** AWS going wrong in the ways that the suites for all products know. */
export async function faultyAws(settings: AwsSettings = {}): Promise<FaultyPlace & { readonly place: AwsPlace }> {
  const place = await AwsPlace.make()
  const { aws } = place
  const nameOf = (id: string): string => `keyward/${id}`
  return {
    place,
    connect: () => place.backend({ timeouts: { requestMs: 600, totalMs: 20_000 }, ...settings }),
    dispose: () => place.close(),
    fail: (fault, times = Number.MAX_SAFE_INTEGER) => {
      if (fault === 'sealed') throw new Error('AWS is never sealed')
      aws.fail({ operation: '*', times, ...FAULTS[fault] })
    },
    heal: () => {
      aws.heal()
      // A product that did not answer is left alone for a while.
      void place.clock.sleep(60_000)
    },
    spoil: (id, value) => aws.secrets.replace(nameOf(id), value),
    valueOf: (id) => aws.secrets.find(nameOf(id))?.version?.value ?? '',
    softDelete: (id) => void aws.secrets.perform('DeleteSecret', { SecretId: nameOf(id) }),
    logged: () => JSON.stringify(place.log.lines),
  }
}
