import type { Clock } from '../../src/core/clock.js'

/** Time that passes only while somebody sleeps, at once. */
export class SleepingClock implements Clock {
  time = Date.parse('2026-01-01T00:00:00Z')
  readonly sleeps: number[] = []

  now(): number {
    return this.time
  }

  sleep(ms: number): Promise<void> {
    this.sleeps.push(ms)
    this.time += ms
    return Promise.resolve()
  }
}
