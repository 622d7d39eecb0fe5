import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'

/** The error that the work ends with; it must end with one of ours. */
export async function failure(work: Promise<unknown>): Promise<KeywardError> {
  try {
    await work
  } catch (problem) {
    expect(problem).to.be.instanceOf(KeywardError)
    return problem as KeywardError
  }
  return expect.fail('should have failed')
}
