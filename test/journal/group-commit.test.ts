import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../src/core/errors.js'
import { GroupCommit } from '../../src/journal/group-commit.js'
import type { Outcome } from '../../src/journal/group-commit.js'
import { rejection } from '../kit/journal-fixtures.js'

const broken = (): KeywardError => new KeywardError('JOURNAL_IO', 'the disk broke')

/** A commit that ends when the test says so. */
function heldCommit() {
  const batches: number[][] = []
  const ends: (() => void)[] = []
  const commit = (calls: readonly number[]): Promise<Outcome<string>[]> => {
    batches.push([...calls])
    return new Promise((resolve) => {
      ends.push(() => {
        resolve(calls.map((call) => (call < 0 ? { error: broken() } : { answer: `did ${call}` })))
      })
    })
  }
  // Turns of the event loop and not time: a timer may be due before the commit's own turn has come.
  const turn = async (): Promise<void> => {
    for (let passed = 0; passed < 20; passed += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return { batches, commit, turn, end: () => ends.shift()?.() }
}

describe('group commit', () => {
  it('commits together what is called in one turn, and all that arrives during a commit in the next one', async () => {
    const { batches, commit, turn, end } = heldCommit()
    const group = new GroupCommit(commit, 100)
    const first = [1, 2].map((call) => group.submit(call))
    await turn()
    const second = [3, 4, 5].map((call) => group.submit(call))
    await turn()
    expect(batches).to.deep.equal([[1, 2]])
    end()
    expect(await Promise.all(first)).to.deep.equal(['did 1', 'did 2'])
    await turn()
    expect(batches).to.deep.equal([
      [1, 2],
      [3, 4, 5],
    ])
    end()
    expect(await Promise.all(second)).to.deep.equal(['did 3', 'did 4', 'did 5'])
  })

  it('lets callers that were just answered join the next commit together', async () => {
    let commits = 0
    const group = new GroupCommit(async (calls: readonly number[]) => {
      commits += 1
      return calls.map((call) => ({ answer: call }))
    }, 1_000)
    const caller = async (): Promise<void> => {
      for (let step = 0; step < 10; step += 1) await group.submit(step)
    }
    await Promise.all(Array.from({ length: 50 }, caller))
    expect(commits).to.equal(10)
  })

  it('never has two commits underway, keeps the order of calls and the size of a batch', async () => {
    const counts = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(counts, fc.integer({ min: 1, max: 5 }), async (bursts, maxCalls) => {
        const seen: number[] = []
        let underway = 0
        const commit = async (calls: readonly number[]): Promise<Outcome<number>[]> => {
          underway += 1
          expect(underway).to.equal(1)
          expect(calls).to.have.lengthOf.within(1, maxCalls)
          await new Promise(setImmediate)
          seen.push(...calls)
          underway -= 1
          return calls.map((call) => ({ answer: call * 2 }))
        }
        const group = new GroupCommit(commit, maxCalls)
        const answers: Promise<number>[] = []
        for (const burst of bursts) {
          for (let n = 0; n < burst; n += 1) answers.push(group.submit(answers.length))
          await new Promise(setImmediate)
        }
        expect(await Promise.all(answers)).to.deep.equal(answers.map((_, call) => call * 2))
        expect(seen).to.deep.equal(answers.map((_, call) => call))
      }),
    )
  })

  it('rejects the one call that is refused and answers the others of its batch', async () => {
    const { commit, turn, end } = heldCommit()
    const group = new GroupCommit(commit, 100)
    const calls = [1, -2, 3].map((call) => group.submit(call))
    await turn()
    end()
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('rejects all calls of a commit that fails, and goes on', async () => {
    let fails = true
    const group = new GroupCommit(async (calls: readonly number[]) => {
      if (fails) throw broken()
      return calls.map((call) => ({ answer: call }))
    }, 100)
    for (const call of [1, 2].map((number) => group.submit(number)))
      expect(await rejection(call)).to.include({ code: 'JOURNAL_IO' })
    fails = false
    expect(await group.submit(3)).to.equal(3)
  })

  it('rejects calls that were left without an answer instead of letting them wait', async () => {
    const group = new GroupCommit<number, number>(async () => [{ answer: 1 }], 100)
    const [answered, forgotten] = [group.submit(1), group.submit(2)]
    expect(await rejection(forgotten)).to.include({ code: 'INTERNAL' })
    expect(await answered).to.equal(1)
  })

  it('rejects what waits and what comes when it is stopped, with the first reason', async () => {
    const { batches, commit, turn, end } = heldCommit()
    const group = new GroupCommit(commit, 1)
    const underway = group.submit(1)
    const waiting = rejection(group.submit(2))
    await turn()
    group.stop(broken())
    group.stop(new KeywardError('INTERNAL', 'later'))
    expect(await waiting).to.include({ code: 'JOURNAL_IO' })
    expect(await rejection(group.submit(3))).to.include({ code: 'JOURNAL_IO' })
    end()
    expect(await underway).to.equal('did 1')
    await group.drain()
    expect(batches).to.deep.equal([[1]])
  })

  it('finishes what waits, and takes nothing more, when it refuses', async () => {
    const group = new GroupCommit(async (calls: readonly number[]) => calls.map((call) => ({ answer: call })), 1)
    const waiting = [1, 2, 3].map((call) => group.submit(call))
    group.refuse(broken())
    expect(await rejection(group.submit(4))).to.include({ code: 'JOURNAL_IO' })
    await group.drain()
    expect(await Promise.all(waiting)).to.deep.equal([1, 2, 3])
  })
})
