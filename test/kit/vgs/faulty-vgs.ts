import type { FaultyPlace, PlaceFault } from '../backend-fault-suite.js'
import { HurriedClock } from '../hurried-clock.js'
import type { Answer, Received } from '../loopback-server.js'
import { errorAnswer } from './fake-aliases.js'
import type { Fault } from './fake-vgs.js'
import { VgsPlace } from './vgs-place.js'

const before = (answer: Partial<Answer>): Fault => ({ when: 'before', answer })
const after = (answer: Partial<Answer>): Fault => ({ when: 'after', answer })

const FAULTS: Readonly<Record<Exclude<PlaceFault, 'expired' | 'sealed'>, Fault>> = {
  denied: before(errorAnswer(403, 'Forbidden', 'missing scope')),
  throttled: before(errorAnswer(429, 'Too many requests', 'Rate limit exceeded')),
  'throttled-with-wait': before({ ...errorAnswer(429, 'Too many requests', ''), headers: { 'retry-after': '2' } }),
  slow: after({ delayMs: 100 }),
  reset: before({ how: 'reset' }),
  hang: before({ how: 'hang' }),
  half: before({ how: 'half', body: { data: [{ value: 'half of it' }] } }),
  garbage: before({ body: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } }),
  unwell: before({ status: 500, body: 'internal error' }),
  'late-reset': after({ how: 'reset' }),
  'late-half': after({ how: 'half' }),
}

/** VGS going wrong in the ways that the suites for all products know. */
export async function faultyVgs(generation: 'v1' | 'v2'): Promise<FaultyPlace> {
  const place = await VgsPlace.make()
  const { fake } = place
  fake.behaviour.generation = generation
  const clock = new HurriedClock()
  const configOf = (requestMs: number): Record<string, unknown> => ({ timeouts: { requestMs, totalMs: 30_000 } })
  const aliasOf = async (id: string): Promise<string> => {
    const backend = await place.openBackend({ clock })
    for await (const entry of backend.catalogue()) if (entry.signatureId === id) return entry.alias
    throw new Error(`no alias of ${id}`)
  }
  const aboutWallets = ({ path }: Received): boolean => path.startsWith('/aliases')

  return {
    connect: (patient) => place.backend({ clock, config: configOf(patient ? 20_000 : 1000) }),
    dispose: () => place.dispose(),
    fail: (fault, times = Number.MAX_SAFE_INTEGER) => {
      if (fault === 'expired') fake.expireTokens()
      else if (fault !== 'sealed') fake.spoilNext(aboutWallets, FAULTS[fault], times)
    },
    heal: () => {
      fake.fault = () => undefined
      clock.skip(60_000) // A product that did not answer is left alone for a while.
    },
    spoil: async (id, value) => void fake.vault.put(value, await aliasOf(id)),
    valueOf: async (id) => fake.vault.textOf(await aliasOf(id)) ?? '',
    logged: () => JSON.stringify(place.log.lines),
  }
}
