import { setMaxListeners } from 'node:events'
import type { Clock } from '../../core/clock.js'
import { withDeadline } from '../../core/deadline.js'
import { KeywardError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import { Secret } from '../../core/secret.js'
import { CircuitBreaker } from './circuit-breaker.js'
import type { FailureOf, RemoteFailure } from './remote-failure.js'
import { Slots } from '../../core/slots.js'
import { TokenBucket } from './token-bucket.js'
import type { Rate } from './token-bucket.js'

/** The product's own limits and our patience with it. */
export interface CallPolicy<Kind extends string> {
  /** Requests of each kind per second; kinds that share a limit of the product share a name. `undefined`: as fast as it answers. */
  readonly rates: Readonly<Record<Kind, Rate | undefined>>
  /** Requests underway at a time, of all kinds. */
  readonly concurrency: number
  /** Time for one attempt. */
  readonly attemptMs: number
  /** Time for a call with its repeats and waits. */
  readonly totalMs: number
  /** Repeats after outages; waiting for a throttling product ends with `totalMs` alone. */
  readonly repeats: number
}

export interface Call<Kind extends string> {
  readonly kind: Kind
  /** For messages and logs, e.g. `read secret 4057be77-…`. */
  readonly what: string
  /** May it be sent again after an outage, when an earlier copy may have taken effect? Throttled calls always may. */
  readonly repeatable: boolean
  readonly signal?: AbortSignal | undefined
}

export interface CallTools {
  readonly clock: Clock
  readonly log: Log
  readonly failureOf: FailureOf
  readonly random?: () => number
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 16_000

/**
 * The one layer that waits, repeats and gives up when a product is asked; the SDKs' own repeats are switched off. Every request goes through it: at the
 * product's documented rate (halved when it throttles, recovering slowly), under a deadline, repeated after outages where that is harmless, and not at all for
 * a moment after many outages in a row.
 */
export class RemoteCalls<Kind extends string> {
  readonly #slots: Slots
  readonly #buckets = new Map<Kind, TokenBucket>()
  readonly #breaker: CircuitBreaker
  readonly #closed = new AbortController()

  constructor(
    private readonly policy: CallPolicy<Kind>,
    private readonly tools: CallTools,
  ) {
    this.#slots = new Slots(policy.concurrency)
    this.#breaker = new CircuitBreaker(tools.clock)
    // Many calls wait on it at the same time; that is no leak.
    setMaxListeners(0, this.#closed.signal)
  }

  /** @throws KeywardError as `failureOf` names it; BACKEND_UNCERTAIN after an outage of a call that must not be repeated. */
  async run<T>(call: Call<Kind>, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (call.signal === undefined) return this.#run(call, request, this.#closed.signal)
    const either = joined(call.signal, this.#closed.signal)
    try {
      return await this.#run(call, request, either.signal)
    } finally {
      either.part()
    }
  }

  /** Ends every call that is underway or waiting. */
  close(): void {
    this.#closed.abort()
  }

  async #run<T>(call: Call<Kind>, request: (signal: AbortSignal) => Promise<T>, outer: AbortSignal): Promise<T> {
    const endsAt = this.tools.clock.now() + this.policy.totalMs
    for (let attempt = 0; ; attempt += 1) {
      this.#breaker.admit(call.what)
      await this.#turn(call, outer, endsAt)
      const outcome = await this.#slots.run(() => this.#attempt(call, request, outer))
      if ('value' in outcome) {
        this.#breaker.succeeded()
        return outcome.value
      }
      const { failure } = outcome
      if (failure.kind === 'outage') this.#breaker.failed(failure.error)
      else this.#breaker.succeeded()
      if (failure.kind === 'throttled') this.#bucket(call.kind)?.throttled(failure.retryAfterMs)
      const waitMs = this.#waitBefore(attempt, failure)
      if (!this.#again(call, attempt, failure) || outer.aborted || this.tools.clock.now() + waitMs >= endsAt) {
        throw failure.kind === 'outage' && !call.repeatable ? uncertain(call.what, failure.error) : failure.error
      }
      this.tools.log.debug('backend.retry', {
        ...{ what: call.what, attempt: attempt + 1, waitMs },
        code: failure.error.code,
      })
      await this.tools.clock.sleep(waitMs, outer)
    }
  }

  async #attempt<T>(
    call: Call<Kind>,
    request: (signal: AbortSignal) => Promise<T>,
    outer: AbortSignal,
  ): Promise<{ readonly value: T } | { readonly failure: RemoteFailure }> {
    return withDeadline(this.policy.attemptMs, outer, async (deadline) => {
      try {
        return { value: await settled(request(deadline.signal), deadline.signal) }
      } catch (thrown) {
        if (deadline.stopped === undefined) return { failure: this.tools.failureOf(thrown, call.what) }
        return { failure: { kind: 'outage', error: stoppedError(call.what, deadline.stopped, this.policy.attemptMs) } }
      }
    })
  }

  /** Waits until the product's rate has room. */
  async #turn(call: Call<Kind>, signal: AbortSignal, endsAt: number): Promise<void> {
    const waitMs = this.#bucket(call.kind)?.reserve() ?? 0
    if (waitMs > 0) {
      // A queue that is longer than the call's patience is not joined: the caller learns it now, not in a minute.
      if (this.tools.clock.now() + waitMs > endsAt) throw crowded(call.what)
      await this.tools.clock.sleep(waitMs, signal)
    }
    if (signal.aborted) throw stoppedError(call.what, 'interrupted', 0)
  }

  #bucket(kind: Kind): TokenBucket | undefined {
    const rate = this.policy.rates[kind]
    if (rate === undefined) return undefined
    const bucket = this.#buckets.get(kind) ?? new TokenBucket(rate, this.tools.clock)
    this.#buckets.set(kind, bucket)
    return bucket
  }

  #again(call: Call<Kind>, attempt: number, failure: RemoteFailure): boolean {
    if (failure.kind === 'throttled') return true
    return failure.kind === 'outage' && call.repeatable && attempt < this.policy.repeats
  }

  #waitBefore(attempt: number, { retryAfterMs }: RemoteFailure): number {
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10))
    const jitter = Math.floor((this.tools.random ?? Math.random)() * ceiling)
    return (retryAfterMs ?? 0) + jitter
  }
}

/** Aborts with the first of two signals. Its listeners go with `part`: `AbortSignal.any` would leave them on the longer-lived one. */
function joined(one: AbortSignal, other: AbortSignal): { readonly signal: AbortSignal; part(): void } {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  const signals = [one, other]
  if (signals.some(({ aborted }) => aborted)) stop()
  for (const signal of signals) signal.addEventListener('abort', stop, { once: true })
  return {
    signal: controller.signal,
    part: () => {
      for (const signal of signals) signal.removeEventListener('abort', stop)
    },
  }
}

/** A client that ignores its signal must not hold us up: its answer, if it ever comes, is wiped and dropped. */
function settled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const take = (answer: T): void => {
      if (signal.aborted) wipeSecrets(answer)
      else resolve(answer)
    }
    work.then(take, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** The values that reads give: one, or many by name. */
function wipeSecrets(answer: unknown): void {
  if (answer instanceof Secret) answer.wipe()
  else if (answer instanceof Map) for (const value of answer.values()) wipeSecrets(value)
}

function stoppedError(what: string, reason: 'deadline' | 'interrupted', afterMs: number): KeywardError {
  if (reason === 'interrupted') return new KeywardError('INTERRUPTED', `stopped before the end: ${what}`)
  return new KeywardError('BACKEND_UNREACHABLE', `no answer within ${afterMs} ms: ${what}`, {
    advice: 'Check the network between here and the secret backend, its load, and proxies in between.',
  })
}

const uncertain = (what: string, cause: KeywardError): KeywardError =>
  new KeywardError('BACKEND_UNCERTAIN', `it is not known whether this took effect: ${what} (${cause.message})`, {
    advice: 'Look whether it did before anything is repeated: `keyward wallets list`.',
    context: { reason: cause.code },
    cause,
  })

const crowded = (what: string): KeywardError =>
  new KeywardError('BACKEND_THROTTLED', `more requests wait than the product's rate lets through in time: ${what}`, {
    advice:
      'Ask for a higher rate of the product, or set `limits` of the backend if the product allows more than assumed.',
  })
