import { expect } from 'chai'
import { multiversxTransactions } from '../../../src/chains/multiversx/transactions.js'
import { KeywardError } from '../../../src/core/errors.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { egld, planOf, rowOf, SENDER } from './fixtures.js'

const MINUTE = 60_000

describe('EGLD: when signed bytes can never become valid any more', () => {
  const setUp = async () => {
    const world = { at: 1_000_000, answer: { data: { nonce: 7 } } as unknown, asked: '' }
    const clock = { now: () => world.at, sleep: () => Promise.reject(new Error('nobody sleeps here')) }
    const transactions = multiversxTransactions(egld.definition, clock)
    const plan = await planOf(rowOf('egld-transfer'))
    const lookups = testLookups({
      get: async (path) => {
        world.asked = path
        if (world.answer instanceof Error) throw world.answer
        return world.answer
      },
    })
    const expired = async () => transactions.expired?.(plan, lookups, { raw: '', txId: 'ab' })
    const executed = (nonce: number): void => void (world.answer = { data: { nonce } })
    return { world, expired, executed }
  }

  it('never while the nonce is the next one, or the node is behind', async () => {
    const { world, expired, executed } = await setUp()
    for (const nonce of [7, 6, 0, 7]) {
      executed(nonce)
      expect(await expired()).to.equal(false)
      world.at += 20 * MINUTE
    }
    expect(world.asked).to.equal(`/v3/egld/node/{apiKey}/address/${SENDER}/nonce`)
  })

  it('once another transaction has used the nonce for ten minutes: before, it may be this one, which another node does not show yet', async () => {
    const { world, expired, executed } = await setUp()
    executed(8)
    expect(await expired()).to.equal(false)
    world.at += 10 * MINUTE - 1
    expect(await expired()).to.equal(false)
    world.at += 1
    expect(await expired()).to.equal(true)
  })

  it('counts anew when the node takes its answer back', async () => {
    const { world, expired, executed } = await setUp()
    for (const nonce of [8, 7, 8]) {
      executed(nonce)
      expect(await expired()).to.equal(false)
      world.at += 20 * MINUTE
    }
    expect(await expired()).to.equal(true)
  })

  it('says nothing when the node fails or talks nonsense', async () => {
    const { world, expired } = await setUp()
    world.answer = new KeywardError('API_UNREACHABLE', 'down')
    expect((await failureOf(expired())).code).to.equal('API_UNREACHABLE')
    world.answer = { data: {} }
    expect((await failureOf(expired())).code).to.equal('API_REPLY_MALFORMED')
  })
})
