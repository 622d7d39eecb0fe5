import { expect } from 'chai'
import { z } from 'zod'
import { planBodyReader, signingPlanSchema } from '../../src/core/signing-plan.js'
import type { SigningPlan } from '../../src/core/signing-plan.js'
import { failureOf } from '../kit/failure-of.js'

function planWith(body: Record<string, string>): SigningPlan {
  return signingPlanSchema.parse({
    version: 1,
    pendingId: '6e4c1eee8250701d9f304402',
    chain: 'ETH',
    network: 'testnet',
    requestDigest: '0'.repeat(64),
    signers: [{ signatureId: '4057be77-70f3-4a1a-a0da-dfa083830513', index: 0, address: '0x00' }],
    body,
  })
}

describe('a reader of plan bodies', () => {
  const read = planBodyReader(z.object({ nonce: z.string().transform(BigInt) }))

  it('parses a body once for each plan', () => {
    const plan = planWith({ nonce: '7' })
    expect(read(plan)).to.deep.equal({ nonce: 7n })
    expect(read(plan)).to.equal(read(plan))
  })

  it('says that a body it cannot read needs the version that wrote it, and does not name a command that cannot help', async () => {
    const error = await failureOf(Promise.resolve(planWith({ sequence: '7' })).then(read))
    expect(error.code).to.equal('TRANSACTION_MALFORMED')
    expect(error.message).to.contain('6e4c1eee8250701d9f304402')
    expect(error.advice).to.contain('version of Keyward that made the plan').and.not.contain('retry')
  })
})
