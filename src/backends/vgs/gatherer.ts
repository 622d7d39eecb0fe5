import type { Clock } from '../../core/clock.js'
import { asKeywardError } from '../../core/errors.js'
import type { KeywardError } from '../../core/errors.js'

/** What became of one task: nothing to say, or why not. */
export type Outcome = KeywardError | undefined

interface Waiting<Task> {
  readonly task: Task
  readonly settle: (outcome: Outcome) => void
}

/** After so long a run of groups, others who wait for the catalogue's lock get a chance. */
const LONG_RUN_MS = 5_000
/** Longer than the pauses in which waiting processes ask for the lock. */
const GAP_MS = 400

/**
 * Works on tasks in groups: those that come while a group is being worked on make up the next one. So the catalogue is written once for many wallets, and values travel
 * twenty at a time, without anybody waiting for a group to fill.
 */
export class Gatherer<Task> {
  #waiting: Waiting<Task>[] = []
  #running: Promise<void> | undefined

  /** @param work gives one outcome for each task, in their order; what it throws concerns all of them. */
  constructor(
    private readonly size: number,
    private readonly clock: Clock,
    private readonly work: (tasks: readonly Task[]) => Promise<readonly Outcome[]>,
  ) {}

  /** @throws KeywardError the task's outcome. */
  async add(task: Task): Promise<void> {
    const outcome = await new Promise<Outcome>((settle) => {
      this.#waiting.push({ task, settle })
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined
      })
    })
    if (outcome !== undefined) throw outcome
  }

  /** Resolves when everything added so far has its outcome. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // Those who ask in the same turn of the event loop share the first group.
    await new Promise((resolve) => setImmediate(resolve))
    let since = this.clock.now()
    while (this.#waiting.length > 0) {
      if (this.clock.now() - since > LONG_RUN_MS) {
        await this.clock.sleep(GAP_MS)
        since = this.clock.now()
      }
      const group = this.#waiting.splice(0, this.size)
      const outcomes = await this.#outcomes(group.map(({ task }) => task))
      group.forEach(({ settle }, n) => settle(outcomes[n]))
    }
  }

  async #outcomes(tasks: readonly Task[]): Promise<readonly Outcome[]> {
    try {
      return await this.work(tasks)
    } catch (thrown) {
      const error = asKeywardError(thrown)
      return tasks.map(() => error)
    }
  }
}
