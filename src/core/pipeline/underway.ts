import { asKeywardError } from '../errors.js'
import type { KeywardError } from '../errors.js'
import type { PendingId } from '../ids.js'
import type { WalkOutcome } from './pipeline.js'

/** Transactions on their walk at this moment: a list that names them again is no news. */
export class Underway {
  readonly #walks = new Map<PendingId, Promise<void>>()
  #fatal: KeywardError | undefined

  get size(): number {
    return this.#walks.size
  }

  has(id: PendingId): boolean {
    return this.#walks.has(id)
  }

  /** Begins a walk. What it throws is fatal to the worker, and is thrown at the worker's next question. */
  begin(id: PendingId, walk: () => Promise<WalkOutcome>, ended: (outcome: WalkOutcome) => void): void {
    const run = walk()
      .then(ended)
      .catch((thrown: unknown) => {
        this.#fatal ??= asKeywardError(thrown)
      })
      .finally(() => this.#walks.delete(id))
    this.#walks.set(id, run)
  }

  /** Resolves when no walk is under way. @throws what a walk threw. */
  async settled(): Promise<void> {
    while (this.#walks.size > 0) await Promise.all(this.#walks.values())
    this.throwIfFatal()
  }

  throwIfFatal(): void {
    if (this.#fatal) throw this.#fatal
  }
}
