import { setTimeout as delay } from 'node:timers/promises'

/** Time as a dependency, so that tests set it. Used for scheduling only, never for safety. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    if (signal?.aborted) return
    await delay(ms, undefined, signal ? { signal } : undefined).catch(() => undefined)
  },
}
