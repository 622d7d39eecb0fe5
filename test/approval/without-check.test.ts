import { expect } from 'chai'
import { approveWithoutCheck } from '../../src/approval/index.js'
import { makeReview } from './review-kit.js'

describe('without a four-eye check', () => {
  it('test money is approved, and the decision says how it came about', async () => {
    const review = makeReview({ network: 'testnet' })
    expect(await approveWithoutCheck.review(review)).to.deep.equal({
      verdict: 'approved',
      digest: review.digest,
      by: 'testnet without four-eye check',
    })
  })

  it('real money is not, whatever the configuration let through', async () => {
    const decision = await approveWithoutCheck.review(makeReview({ network: 'mainnet' }))
    expect(decision.verdict).to.equal('undecided')
  })
})
