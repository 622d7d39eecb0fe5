import { KeywardError } from '../../src/core/errors.js'

/** The KeywardError that a promise is rejected with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<KeywardError> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (thrown instanceof KeywardError) return thrown
  if (thrown === undefined) throw new Error('it succeeded, and should have failed')
  throw new Error('it failed with a foreign error', { cause: thrown })
}
