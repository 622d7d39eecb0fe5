import { HttpFault } from './http.js'
import { StatusFault } from './errors.js'

/**
 * Counts the copies of a request that may have taken effect without our learning of it: those whose answer was lost, came in half, or was a failure of the server. A
 * refusal, or a connection that never stood, has changed nothing.
 */
export class AttemptTally {
  #open = 0

  /** Copies whose outcome is not known. Whole answers are not among them. */
  get lost(): number {
    return this.#open
  }

  async count<T>(attempt: Promise<T>): Promise<T> {
    this.#open += 1 // Before anything can end: an attempt that is given up may report after the next one has begun.
    try {
      const result = await attempt
      this.#open -= 1
      return result
    } catch (thrown) {
      if (changedNothing(thrown)) this.#open -= 1
      throw thrown
    }
  }
}

const changedNothing = (thrown: unknown): boolean =>
  (thrown instanceof HttpFault && !thrown.sent) ||
  (thrown instanceof StatusFault && thrown.status < 500 && thrown.status !== 408)
