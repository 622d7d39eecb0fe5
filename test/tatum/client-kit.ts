import { KeywardError } from '../../src/core/errors.js'
import { chainCodeSchema, pendingIdSchema, signatureIdSchema } from '../../src/core/ids.js'
import type { Log, LogFields } from '../../src/core/log.js'
import { Secret } from '../../src/core/secret.js'
import type { TatumApi } from '../../src/core/tatum-api.js'
import { createTatumApi } from '../../src/tatum/index.js'
import type { TatumApiOptions } from '../../src/tatum/index.js'
import { SleepingClock } from '../kit/sleeping-clock.js'

export { SleepingClock } from '../kit/sleeping-clock.js'

/** A key with every kind of character that a path must encode, and easy to find in a text. */
export const API_KEY = 'CANARY-t/k?#&=%+key'

export const ETH = chainCodeSchema.parse('ETH')
export const BTC = chainCodeSchema.parse('BTC')
export const pendingId = (number: number) => pendingIdSchema.parse(number.toString(16).padStart(24, '0'))
export const signatureId = (number: number) =>
  signatureIdSchema.parse(`00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`)

export interface Line {
  readonly level: keyof Log
  readonly event: string
  readonly fields: LogFields
}

export function memoryLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = []
  const write =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}): void =>
      void lines.push({ level, event, fields })
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  return { log, lines }
}

export interface ClientUnderTest {
  readonly api: TatumApi
  readonly clock: SleepingClock
  readonly lines: Line[]
}

export function makeClient(url: string, overrides: Partial<TatumApiOptions> = {}): ClientUnderTest {
  const clock = new SleepingClock()
  const { log, lines } = memoryLog()
  const key = Secret.fromText(API_KEY)
  const api = createTatumApi({
    url,
    key,
    testnetType: 'ethereum-sepolia',
    deadlineMs: 10_000,
    retries: 3,
    retryDelayMs: 100,
    connections: 4,
    clientVersion: '1.2.3',
    log,
    clock,
    random: () => 0.5,
    ...overrides,
  })
  key.wipe()
  return { api, clock, lines }
}

/** The KeywardError that a call fails with. Anything else, success included, fails the test. */
export async function failure(call: Promise<unknown>): Promise<KeywardError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  )
  if ('thrown' in outcome && outcome.thrown instanceof KeywardError) return outcome.thrown
  throw new Error(`expected a KeywardError, got ${JSON.stringify(outcome)}`)
}
