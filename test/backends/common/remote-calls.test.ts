import { expect } from 'chai'
import { getEventListeners } from 'node:events'
import { RemoteCalls } from '../../../src/backends/common/remote-calls.js'
import type { Call, CallPolicy } from '../../../src/backends/common/remote-calls.js'
import type { RemoteFailure } from '../../../src/backends/common/remote-failure.js'
import { systemClock } from '../../../src/core/clock.js'
import type { Clock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import { failureOf } from '../../kit/failure-of.js'
import { RecordingLog } from '../../kit/recording-log.js'
import { SleepingClock } from '../../kit/sleeping-clock.js'

/** What requests of these tests throw: the failure itself. */
class Failed extends Error {
  constructor(readonly failure: RemoteFailure) {
    super('failed')
  }
}

const failure = (kind: RemoteFailure['kind'], retryAfterMs?: number): Failed =>
  new Failed({
    kind,
    error: new KeywardError(kind === 'throttled' ? 'BACKEND_THROTTLED' : 'BACKEND_UNREACHABLE', kind),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })

const READ: Call<'any'> = { kind: 'any', what: 'read one', repeatable: true }
const WRITE: Call<'any'> = { kind: 'any', what: 'write one', repeatable: false }

function callsWith(policy: Partial<CallPolicy<'any'>> = {}, clock: Clock = new SleepingClock()): RemoteCalls<'any'> {
  const all = { rates: { any: undefined }, concurrency: 4, attemptMs: 1000, totalMs: 60_000, repeats: 3, ...policy }
  return new RemoteCalls(all, {
    clock,
    log: new RecordingLog(),
    failureOf: (thrown) => (thrown as Failed).failure,
    random: () => 0.5,
  })
}

/** Answers with these outcomes, one after the other, and counts. */
function scripted(...outcomes: (Failed | string)[]): { request: () => Promise<string>; sent: () => number } {
  let sent = 0
  const request = (): Promise<string> => {
    const outcome = outcomes[Math.min(sent++, outcomes.length - 1)]
    return outcome instanceof Failed ? Promise.reject(outcome) : Promise.resolve(outcome ?? '')
  }
  return { request, sent: () => sent }
}

describe('requests to a product', () => {
  it('repeats a read after outages, with growing pauses, until it is answered', async () => {
    const clock = new SleepingClock()
    const { request, sent } = scripted(failure('outage'), failure('outage'), 'here')
    expect(await callsWith({}, clock).run(READ, request)).to.equal('here')
    expect(sent()).to.equal(3)
    expect(clock.sleeps).to.deep.equal([125, 250])
  })

  it('does not repeat the last word of the product', async () => {
    const { request, sent } = scripted(failure('answer'))
    expect((await failureOf(callsWith().run(READ, request))).code).to.equal('BACKEND_UNREACHABLE')
    expect(sent()).to.equal(1)
  })

  it('gives up a read after its repeats, with the reason', async () => {
    const { request, sent } = scripted(failure('outage'))
    expect((await failureOf(callsWith().run(READ, request))).message).to.equal('outage')
    expect(sent()).to.equal(4)
  })

  it('never repeats a write that may have happened, and says that it is not known', async () => {
    const { request, sent } = scripted(failure('outage'), 'done')
    const error = await failureOf(callsWith().run(WRITE, request))
    expect(error.code).to.equal('BACKEND_UNCERTAIN')
    expect(error.message).to.contain('write one')
    expect(sent()).to.equal(1)
  })

  it('repeats a write that was throttled, because the product did not look at it', async () => {
    const { request, sent } = scripted(failure('throttled', 2000), 'done')
    const clock = new SleepingClock()
    expect(await callsWith({}, clock).run(WRITE, request)).to.equal('done')
    expect(sent()).to.equal(2)
    expect(clock.sleeps).to.deep.equal([2125])
  })

  it('waits for a throttling product no longer than the whole call may take', async () => {
    const { request } = scripted(failure('throttled', 40_000))
    const error = await failureOf(callsWith({ totalMs: 50_000 }).run(READ, request))
    expect(error.code).to.equal('BACKEND_THROTTLED')
  })

  it('ends an attempt at its deadline even when the client does not listen', async () => {
    const calls = callsWith({ attemptMs: 10, repeats: 0 }, systemClock)
    const error = await failureOf(calls.run(READ, () => new Promise(() => undefined)))
    expect(error.code).to.equal('BACKEND_UNREACHABLE')
    expect(error.message).to.contain('10 ms')
  })

  it('wipes the secrets of an answer that comes when nobody waits for it any more', async () => {
    const calls = callsWith({ attemptMs: 10, repeats: 0 }, systemClock)
    const [one, many] = [Secret.fromText('one'), new Map([['a', Secret.fromText('many')]])]
    for (const answer of [one, many]) {
      let come: (answer: unknown) => void = () => undefined
      await failureOf(calls.run(READ, () => new Promise<unknown>((resolve) => (come = resolve))))
      come(answer)
      await new Promise(setImmediate)
    }
    expect([one, ...many.values()].map(({ wiped }) => wiped)).to.deep.equal([true, true])
    const kept = Secret.fromText('kept')
    expect(await calls.run(READ, () => Promise.resolve(kept))).to.equal(kept)
    expect(kept.wiped).to.equal(false)
  })

  it('tells the client to stop when the caller loses interest', async () => {
    const stop = new AbortController()
    let heard = false
    const running = callsWith({}, systemClock).run({ ...READ, signal: stop.signal }, (signal) => {
      signal.addEventListener('abort', () => (heard = true))
      stop.abort()
      return new Promise(() => undefined)
    })
    expect((await failureOf(running)).code).to.equal('INTERRUPTED')
    expect(heard).to.equal(true)
  })

  it('leaves no listener behind on a signal that lives longer, and warns of none while many wait', async () => {
    const stop = new AbortController()
    const warnings: string[] = []
    const warned = (warning: Error): void => void warnings.push(warning.name)
    process.on('warning', warned)
    const calls = callsWith({ rates: { any: { perSecond: 1000, burst: 1 } } }, systemClock)
    await Promise.all(Array.from({ length: 30 }, () => calls.run(READ, scripted('here').request)))
    for (let n = 0; n < 30; n += 1) await calls.run({ ...READ, signal: stop.signal }, scripted('here').request)
    await new Promise(setImmediate)
    process.off('warning', warned)
    expect(getEventListeners(stop.signal, 'abort')).to.have.length(0)
    expect(warnings).to.deep.equal([])
  })

  it('ends what is underway when it is closed', async () => {
    const calls = callsWith({}, systemClock)
    const running = failureOf(calls.run(READ, () => new Promise(() => undefined)))
    setImmediate(() => calls.close())
    expect((await running).code).to.equal('INTERRUPTED')
  })

  it('has no more requests underway than it may', async () => {
    const calls = callsWith({ concurrency: 3 }, systemClock)
    let underway = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, () =>
        calls.run(READ, async () => {
          most = Math.max(most, ++underway)
          await new Promise(setImmediate)
          underway -= 1
        }),
      ),
    )
    expect(most).to.equal(3)
  })

  describe('after many outages in a row', () => {
    const down = async (calls: RemoteCalls<'any'>): Promise<void> => {
      for (let n = 0; n < 8; n += 1) await failureOf(calls.run(READ, scripted(failure('outage')).request))
    }

    it('leaves the product alone for a moment and says so at once', async () => {
      const calls = callsWith({ repeats: 0 })
      await down(calls)
      const { request, sent } = scripted('here')
      const error = await failureOf(calls.run(READ, request))
      expect(error.code).to.equal('BACKEND_UNREACHABLE')
      expect(error.message).to.match(/not asked.*read one/)
      expect(sent()).to.equal(0)
    })

    it('lets one request through after the pause, and all again once that is answered', async () => {
      const clock = new SleepingClock()
      const calls = callsWith({ repeats: 0 }, clock)
      await down(calls)
      clock.time += 1001
      let answer: (text: string) => void = () => undefined
      const trial = calls.run(READ, () => new Promise<string>((resolve) => (answer = resolve)))
      await new Promise(setImmediate)
      expect((await failureOf(calls.run(READ, scripted('here').request))).message).to.contain('not asked')
      answer('well again')
      expect(await trial).to.equal('well again')
      expect(await calls.run(READ, scripted('here').request)).to.equal('here')
    })

    it('takes a volley of requests that fail together for one outage, not for many trials', async () => {
      const clock = new SleepingClock()
      const calls = callsWith({ repeats: 0, concurrency: 50 }, clock)
      await Promise.all(
        Array.from({ length: 50 }, () => failureOf(calls.run(READ, scripted(failure('outage')).request))),
      )
      clock.time += 1001
      expect(await calls.run(READ, scripted('here').request)).to.equal('here')
    })

    it('waits longer after each trial that fails, and tries again when a trial was called off', async () => {
      const clock = new SleepingClock()
      const calls = callsWith({ repeats: 0 }, clock)
      await down(calls)
      clock.time += 1001
      expect((await failureOf(calls.run(READ, scripted(failure('outage')).request))).message).to.equal('outage')
      clock.time += 1001
      expect((await failureOf(calls.run(READ, scripted('here').request))).message).to.contain('not asked')
      clock.time += 1000
      const stop = new AbortController()
      const trial = calls.run({ ...READ, signal: stop.signal }, () => {
        stop.abort()
        return new Promise(() => undefined)
      })
      expect((await failureOf(trial)).code).to.equal('INTERRUPTED')
      clock.time += 4001
      expect(await calls.run(READ, scripted('here').request)).to.equal('here')
    })

    it('does not leave it alone for an hour when the clock is set back by one', async () => {
      const clock = new SleepingClock()
      const calls = callsWith({ repeats: 0 }, clock)
      await down(calls)
      clock.time -= 3_600_000
      expect(await calls.run(READ, scripted('here').request)).to.equal('here')
    })

    it('does not count answers that are a plain no', async () => {
      const calls = callsWith({ repeats: 0 })
      for (let n = 0; n < 30; n += 1) await failureOf(calls.run(READ, scripted(failure('answer')).request))
      expect(await calls.run(READ, scripted('here').request)).to.equal('here')
    })
  })

  it('refuses at once what the rate would let through only after its time is up', async () => {
    const calls = callsWith({ rates: { any: { perSecond: 1, burst: 1 } }, totalMs: 5000 })
    const clock = new SleepingClock()
    const slow = new RemoteCalls(
      { rates: { any: { perSecond: 1, burst: 1 } }, concurrency: 50, attemptMs: 1000, totalMs: 5000, repeats: 0 },
      {
        clock: { now: () => clock.now(), sleep: () => new Promise(() => undefined) },
        log: new RecordingLog(),
        failureOf: () => failure('answer').failure,
      },
    )
    for (let n = 0; n < 6; n += 1) void slow.run(READ, () => Promise.resolve())
    expect((await failureOf(slow.run(READ, () => Promise.resolve()))).code).to.equal('BACKEND_THROTTLED')
    expect(await calls.run(READ, scripted('here').request)).to.equal('here')
  })
})
