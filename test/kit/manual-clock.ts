import type { Clock } from '../../src/core/clock.js'

interface Sleeper {
  readonly wakesAt: number
  readonly wake: () => void
}

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  /** Lengths of the sleeps that were begun. */
  readonly sleeps: number[] = []
  #now = Date.now()
  readonly #sleepers = new Set<Sleeper>()

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms)
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const sleeper: Sleeper = {
        wakesAt: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', sleeper.wake, { once: true })
    })
  }

  /** How many are asleep. */
  get asleep(): number {
    return this.#sleepers.size
  }

  pass(ms: number): void {
    this.#now += ms
    for (const sleeper of [...this.#sleepers]) if (sleeper.wakesAt <= this.#now) sleeper.wake()
  }
}

/** Waits, over turns of the event loop and its sockets, until something is so. The test's own deadline ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}
