import { expect } from 'chai'
import { UsedUpNonces } from '../../../src/chains/evm/used-up-nonces.js'
import type { Clock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import { pendingIdSchema } from '../../../src/core/ids.js'
import { definitionOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import { planFor } from './random-plans.js'
import { refusal } from './walk.js'

const ME = `0x${'ab'.repeat(20)}`
const MINUTE = 60_000

const planWith = (nonce: bigint) =>
  planFor({ type: 'legacy', chainId: 1n, nonce, gas: 21_000n, to: ME, value: 1n, data: '0x', gasPrice: 1n }, ME)

function setUp(code = 'ETH') {
  const clock = { at: 1_000_000 }
  const time: Clock = { now: () => clock.at, sleep: () => Promise.reject(new Error('nobody sleeps here')) }
  const node = { count: 5 as unknown }
  const lookups = new FakeLookups(() => node.count)
  return { clock, node, lookups, nonces: new UsedUpNonces(definitionOf(code), time) }
}

describe('EVM: when signed bytes can never become valid any more', () => {
  it('never while the nonce is free in the newest final block', async () => {
    const { clock, node, lookups, nonces } = setUp()
    node.count = '0x5'
    for (let round = 0; round < 3; round++, clock.at += 20 * MINUTE) {
      expect(await nonces.isLost(planWith(5n), lookups)).to.equal(false)
    }
    expect(lookups.calls[0]).to.deep.equal({
      path: '/v3/ethereum/web3/{apiKey}',
      method: 'eth_getTransactionCount',
      params: [ME, 'finalized'],
    })
  })

  it('not at once when a final transaction has the nonce: it may be this one, which another node does not show yet', async () => {
    const { clock, node, lookups, nonces } = setUp()
    node.count = '0x6'
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(false)
    clock.at += 10 * MINUTE - 1
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(false)
    clock.at += 1
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(true)
  })

  it('counts anew when a node takes its answer back, and when the clock goes back', async () => {
    const { clock, node, lookups, nonces } = setUp()
    node.count = '0x6'
    await nonces.isLost(planWith(5n), lookups)
    clock.at += 20 * MINUTE
    node.count = '0x5'
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(false)
    node.count = '0x6'
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(false)
    clock.at -= 40 * MINUTE
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(false)
    clock.at += 10 * MINUTE
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(true)
  })

  it('keeps the transactions of an account apart', async () => {
    const { clock, node, lookups, nonces } = setUp()
    node.count = '0x9'
    await nonces.isLost(planWith(5n), lookups)
    clock.at += 10 * MINUTE
    const other = { ...planWith(6n), pendingId: pendingIdSchema.parse('fedcba98765432100123abcd') }
    expect(await nonces.isLost(other, lookups)).to.equal(false)
    expect(await nonces.isLost(planWith(5n), lookups)).to.equal(true)
  })

  it('says nothing when the node fails or talks nonsense', async () => {
    const { node, lookups, nonces } = setUp()
    node.count = new KeywardError('API_UNREACHABLE', 'down')
    expect((await refusal(() => nonces.isLost(planWith(5n), lookups))).code).to.equal('API_UNREACHABLE')
    node.count = 'six'
    expect((await refusal(() => nonces.isLost(planWith(5n), lookups))).code).to.equal('API_REPLY_MALFORMED')
  })

  it('asks for the newest block where every block is final', async () => {
    const { node, lookups, nonces } = setUp('ONE')
    node.count = '0x5'
    await nonces.isLost(planWith(5n), lookups)
    expect(lookups.calls[0]?.params).to.deep.equal([ME, 'latest'])
  })
})
