import { expect } from 'chai'
import fc from 'fast-check'
import { unordered } from '../../../src/backends/common/unordered.js'

async function* counting(to: number, taken: number[] = []): AsyncIterable<number> {
  for (let n = 0; n < to; n += 1) {
    taken.push(n)
    await Promise.resolve()
    yield n
  }
}

/** Ends after so many turns of the event loop. */
const after = async (turns: number): Promise<void> => {
  for (let n = 0; n < turns; n += 1) await new Promise(setImmediate)
}

describe('work on many items at a time', () => {
  it('gives each result once, never more underway than the width, whatever takes how long', async () => {
    const turns = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 8 }), async (lengths, width) => {
        let underway = 0
        let most = 0
        const work = async (n: number): Promise<number> => {
          most = Math.max(most, ++underway)
          await after(lengths[n] ?? 0)
          underway -= 1
          return n
        }
        const results: number[] = []
        for await (const { result } of unordered(counting(lengths.length), width, work)) results.push(result)
        expect(results.sort((a, b) => a - b)).to.deep.equal(lengths.map((_, n) => n))
        expect(most).to.be.at.most(width)
      }),
      { numRuns: 30 },
    )
  })

  it('reads its source no further ahead than the width', async () => {
    const taken: number[] = []
    const iterator = unordered(counting(1000, taken), 3, (n) => Promise.resolve(n))
    await iterator.next()
    await after(3)
    expect(taken.length).to.be.at.most(6)
    await iterator.return()
  })

  it('fails with the first failure of the work, after what is underway, and hands back what nobody took', async () => {
    const discarded: number[] = []
    const work = async (n: number): Promise<number> => {
      await after(n === 2 ? 1 : 3)
      if (n === 2) throw new Error('the third')
      return n
    }
    let message = ''
    try {
      for await (const _ of unordered(counting(10), 4, work, (n) => discarded.push(n)))
        expect(_).to.have.property('result')
    } catch (thrown) {
      message = (thrown as Error).message
    }
    expect(message).to.equal('the third')
    expect(discarded.sort()).to.deep.equal([0, 1, 3])
  })

  it('fails with the failure of its source: half a listing is none', async () => {
    async function* broken(): AsyncIterable<number> {
      yield 1
      await Promise.resolve()
      throw new Error('page 2')
    }
    const all = (async () => {
      for await (const { result } of unordered(broken(), 4, (n) => Promise.resolve(n))) expect(result).to.equal(1)
    })()
    expect(await all.catch((thrown: unknown) => (thrown as Error).message)).to.equal('page 2')
  })

  it('stops its source and hands back results when the reader stops early', async () => {
    const taken: number[] = []
    const discarded: number[] = []
    for await (const { result } of unordered(
      counting(100, taken),
      5,
      async (n) => n,
      (n) => discarded.push(n),
    )) {
      expect(result).to.be.a('number')
      break
    }
    await after(2)
    expect(taken.length).to.be.at.most(12)
    expect(taken.length - 1 - discarded.length).to.be.at.most(1)
  })

  it('ends with work that fails before its first wait, and goes on at a width of nothing', async () => {
    const work = (n: number): Promise<number> => {
      if (n === 1) throw new Error('at once')
      return Promise.resolve(n)
    }
    const seen: number[] = []
    const all = (async () => {
      for await (const { result } of unordered([0, 1, 2], 0, work)) seen.push(result)
    })()
    expect(await all.catch((thrown: unknown) => (thrown as Error).message)).to.equal('at once')
    expect(seen).to.deep.equal([0])
  })
})
