import { setImmediate as nextTurn } from 'node:timers/promises'
import { asKeywardError } from '../core/errors.js'
import type { KeywardError } from '../core/errors.js'

/** What became of one call of a batch: its answer, or why it alone was refused. */
export type Outcome<Answer> = { readonly answer: Answer } | { readonly error: KeywardError }

interface Waiting<Call, Answer> {
  readonly call: Call
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: KeywardError) => void
}

/**
 * Lets calls in flight share durable commits: while one batch is being committed, the calls that arrive gather into the next one. So a disk that syncs in 5 ms
 * bounds how long a call takes, not how many there are. Calls are run in the order they were made.
 */
export class GroupCommit<Call, Answer> {
  #waiting: Waiting<Call, Answer>[] = []
  #run: Promise<void> | undefined
  #stopped: KeywardError | undefined

  /**
   * @param commit runs calls in one durable transaction and gives one outcome for each, in order. When it rejects, nothing is known about any of them:
   *   all are rejected with that error.
   */
  constructor(
    private readonly commit: (calls: readonly Call[]) => Promise<readonly Outcome<Answer>[]>,
    private readonly maxCalls: number,
  ) {}

  /** Resolves after the commit that holds the call. */
  submit(call: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) {
        reject(this.#stopped)
        return
      }
      this.#waiting.push({ call, resolve, reject })
      this.#run ??= this.#commitAll()
    })
  }

  /** Rejects every later call; those that wait are still committed. The first reason stays. */
  refuse(reason: KeywardError): void {
    this.#stopped ??= reason
  }

  /** Rejects every later call, and those that wait. */
  stop(reason: KeywardError): void {
    this.refuse(reason)
    for (const { reject } of this.#waiting.splice(0)) reject(reason)
  }

  /** Resolves when no call is waiting or underway. */
  async drain(): Promise<void> {
    while (this.#run) await this.#run
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Callers that were just answered make their next call before this turn of the event loop ends: they join this batch.
      await nextTurn()
      await this.#commitBatch(this.#waiting.splice(0, this.maxCalls))
    }
    this.#run = undefined
  }

  async #commitBatch(batch: readonly Waiting<Call, Answer>[]): Promise<void> {
    if (batch.length === 0) return
    let outcomes: readonly Outcome<Answer>[]
    try {
      outcomes = await this.commit(batch.map(({ call }) => call))
    } catch (thrown) {
      const error = asKeywardError(thrown)
      for (const { reject } of batch) reject(error)
      return
    }
    for (const [position, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[position]
      if (outcome === undefined) reject(asKeywardError(new RangeError('a batch was answered in part')))
      else if ('error' in outcome) reject(outcome.error)
      else resolve(outcome.answer)
    }
  }
}
