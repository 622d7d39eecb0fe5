import { expect } from 'chai'
import fc from 'fast-check'
import { setImmediate as turn } from 'node:timers/promises'
import { Lanes } from '../../../src/core/pipeline/lanes.js'
import { Slots } from '../../../src/core/slots.js'

describe('lanes', () => {
  it('keep the order of each account and never let two of its transactions overlap, for any mix of accounts', async () => {
    const call = fc.record({
      accounts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
      turns: fc.nat(4),
      fails: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
        const lanes = new Lanes()
        const busy = new Set<string>()
        const order = new Map<string, number[]>()
        const runs = calls.map(({ accounts, turns, fails }, number) =>
          lanes.run(accounts, {
            work: async () => {
              for (const account of accounts) {
                expect(busy.has(account), 'overlap').to.equal(false)
                busy.add(account)
                order.set(account, [...(order.get(account) ?? []), number])
              }
              for (let i = 0; i < turns; i += 1) await turn()
              for (const account of accounts) busy.delete(account)
              if (fails) throw new Error('work failed')
            },
          }),
        )
        await Promise.allSettled(runs)
        for (const numbers of order.values()) expect(numbers).to.deep.equal([...numbers].sort((x, y) => x - y))
      }),
      { numRuns: 50 },
    )
  })

  it('let other accounts pass a slow one', async () => {
    const lanes = new Lanes()
    let finish: () => void = () => undefined
    const slow = lanes.run(['slow'], { work: () => new Promise<void>((resolve) => (finish = resolve)) })
    expect(await lanes.run(['quick'], { work: async () => 'done' })).to.equal('done')
    finish()
    await slow
  })

  it('announce a transaction when the one before it has started, not earlier', async () => {
    const lanes = new Lanes()
    const events: string[] = []
    const gates: (() => void)[] = []
    const runs = [0, 1, 2].map((number) =>
      lanes.run(['a'], {
        near: () => events.push(`near ${number}`),
        work: () => {
          events.push(`work ${number}`)
          return new Promise<void>((resolve) => gates.push(resolve))
        },
      }),
    )
    await turn()
    expect(events).to.deep.equal(['near 0', 'work 0', 'near 1'])
    gates[0]?.()
    await turn()
    expect(events).to.deep.equal(['near 0', 'work 0', 'near 1', 'work 1', 'near 2'])
    gates[1]?.()
    await turn()
    gates[2]?.()
    await Promise.all(runs)
  })
})

describe('slots', () => {
  it('bound what runs at the same time, and pass a slot on after a failure', async () => {
    const slots = new Slots(3)
    let running = 0
    let most = 0
    const runs = Array.from({ length: 20 }, (_, number) =>
      slots.run(async () => {
        running += 1
        most = Math.max(most, running)
        await turn()
        running -= 1
        if (number % 4 === 0) throw new Error('work failed')
      }),
    )
    const ends = await Promise.allSettled(runs)
    expect(most).to.equal(3)
    expect(ends.filter((end) => end.status === 'rejected')).to.have.length(5)
    expect(running).to.equal(0)
  })
})
