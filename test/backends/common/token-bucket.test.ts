import { expect } from 'chai'
import fc from 'fast-check'
import { TokenBucket } from '../../../src/backends/common/token-bucket.js'
import { SleepingClock } from '../../kit/sleeping-clock.js'

describe('a rate limit that we keep ourselves', () => {
  it('never lets more through in any second than the product allows, whatever the pattern of calls', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        pauses,
        (perSecond, burst, gaps) => {
          const clock = new SleepingClock()
          const bucket = new TokenBucket({ perSecond, burst }, clock)
          const starts: number[] = []
          for (const gap of gaps) {
            clock.time += gap
            starts.push(clock.time + bucket.reserve())
          }
          starts.forEach((from, n) => {
            const within = starts.slice(n).filter((at) => at < from + 1000).length
            expect(within).to.be.at.most(perSecond + burst)
          })
        },
      ),
    )
  })

  it('keeps the whole rate when it is used to the full', () => {
    const clock = new SleepingClock()
    const bucket = new TokenBucket({ perSecond: 100, burst: 1 }, clock)
    let last = 0
    for (let n = 0; n < 1000; n += 1) last = bucket.reserve()
    expect(last).to.be.closeTo(9990, 1)
  })

  it('halves once for a volley of refusals, waits as long as the product asks, and comes back slowly', () => {
    const clock = new SleepingClock()
    const bucket = new TokenBucket({ perSecond: 100, burst: 1 }, clock)
    for (let n = 0; n < 20; n += 1) bucket.throttled(3000)
    expect(bucket.reserve()).to.equal(3000)
    expect(bucket.reserve()).to.equal(3020)
    clock.time += 60_000
    bucket.reserve()
    expect(bucket.reserve()).to.equal(10)
  })

  it('never stops altogether, however often it is refused', () => {
    const clock = new SleepingClock()
    const bucket = new TokenBucket({ perSecond: 16, burst: 1 }, clock)
    for (let n = 0; n < 100; n += 1) {
      bucket.throttled()
      clock.time += 1000
    }
    bucket.reserve()
    expect(bucket.reserve()).to.be.at.most(1000)
  })

  it('makes nobody wait for an hour when the clock is set back by one', () => {
    const clock = new SleepingClock()
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, clock)
    for (let n = 0; n < 3; n += 1) bucket.reserve()
    clock.time -= 3_600_000
    expect(bucket.reserve()).to.equal(300)
    bucket.throttled()
    clock.time -= 3_600_000
    bucket.throttled()
    expect(bucket.reserve()).to.be.at.most(1000)
  })
})
