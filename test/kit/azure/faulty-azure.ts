import { randomBytes } from 'node:crypto'
import type { FaultyPlace, PlaceFault } from '../backend-fault-suite.js'
import { HurriedClock } from '../hurried-clock.js'
import type { Answer } from '../loopback-server.js'
import { AzurePlace } from './azure-place.js'
import type { Fault } from './fake-vault.js'
import type { ModelSecret, ModelVersion } from './vault-model.js'
import { errorAnswer, throttled } from './vault-answers.js'

const instead = (answer: Answer): Pick<Fault, 'when' | 'answer'> => ({ when: 'instead', answer })
const after = (answer: Answer): Pick<Fault, 'when' | 'answer'> => ({ when: 'after', answer })

const FAULTS: Readonly<Record<Exclude<PlaceFault, 'sealed' | 'expired'>, Pick<Fault, 'when' | 'answer'>>> = {
  denied: instead(errorAnswer(403, 'Forbidden', 'Caller is not authorized', 'ForbiddenByRbac')),
  throttled: instead(throttled()),
  'throttled-with-wait': instead({ ...throttled(), headers: { 'retry-after': '2' } }),
  slow: after({ delayMs: 150 }),
  reset: instead({ how: 'reset' }),
  hang: instead({ how: 'hang' }),
  half: instead({ how: 'half', body: { value: 'half of it', id: 'https://vault/secrets/name/version' } }),
  garbage: instead({ body: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } }),
  unwell: instead(errorAnswer(500, 'InternalServerError', 'something went wrong')),
  'late-reset': after({ how: 'reset' }),
  'late-half': after({ how: 'half' }),
}

/** The rates of the service belong to the tests that are about them. */
const FAST = { readsPerSecond: 100_000, writesPerSecond: 100_000 }

/** Key Vault going wrong in the ways that the suites for all products know. */
export async function faultyAzure(): Promise<FaultyPlace> {
  const clock = new HurriedClock()
  const place = await AzurePlace.make({}, clock)
  const { vault, entra } = place
  const secretOf = (id: string): ModelSecret => {
    const secret = vault.model.find(`keyward-${id}`)
    if (secret === undefined) throw new Error(`the vault has no wallet ${id}`)
    return secret
  }
  const newest = (id: string): ModelVersion => {
    const version = secretOf(id).versions.at(-1)
    if (version === undefined) throw new Error(`wallet ${id} has no version`)
    return version
  }
  return {
    connect: (patient) =>
      place.backend({ limits: FAST, timeouts: { requestMs: patient ? 20_000 : 1000, totalMs: 30_000 } }),
    dispose: () => place.dispose(),
    fail: (fault, times = Number.MAX_SAFE_INTEGER) => {
      if (fault === 'expired') entra.revokeAll()
      else if (fault !== 'sealed') vault.fault({ path: /^\/(deleted)?secrets/, times, ...FAULTS[fault] })
    },
    heal: () => {
      vault.heal()
      clock.skip(60_000) // A product that did not answer is left alone for a while.
    },
    spoil: (id, value) =>
      void secretOf(id).versions.push({ ...newest(id), id: randomBytes(16).toString('hex'), value }),
    disable: (id) => {
      newest(id).enabled = false
    },
    softDelete: (id) => {
      vault.model.delete(secretOf(id))
      secretOf(id).deletionSteps = 0 // Some seconds have passed.
    },
    valueOf: (id) => newest(id).value,
    logged: () => JSON.stringify(place.log.lines),
  }
}
