import { once } from 'node:events'
import type { Clock } from '../../src/core/clock.js'

/** Longer waits are those of timers in the background, such as the renewal of a session. */
const LONGEST_SKIPPED_MS = 60_000

/** Real time in which nobody waits: what would have been waited for is added. Timers in the background wait until they are stopped. */
export class HurriedClock implements Clock {
  #skippedMs = 0

  now(): number {
    return Date.now() + this.#skippedMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= LONGEST_SKIPPED_MS) this.skip(ms)
    else if (signal) await once(signal, 'abort')
    await new Promise((resolve) => setImmediate(resolve))
  }

  skip(ms: number): void {
    this.#skippedMs += ms
  }
}
