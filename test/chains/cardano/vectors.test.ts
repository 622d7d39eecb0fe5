import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import { intentSummary } from '../../../src/core/intent.js'
import { networkOf } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { descriptorsOf, signWith, walletLookups } from '../../kit/account-chain.js'
import { failureOf } from '../../kit/failure-of.js'
import { ada, inputOf, vectors, walletsOf } from './kit.js'
import type { AdaCase } from './kit.js'

/** Answers with what was recorded for exactly this request. */
async function planOf(vector: AdaCase): Promise<{ plan: SigningPlan; asked: string[] }> {
  const asked: string[] = []
  const wallets = walletsOf(vector)
  const input = inputOf(parsePendingTransaction(vector.pending), wallets, networkOf(vector.testnet))
  const plan = await ada.transactions.prepare(input, {
    ...walletLookups(ada, wallets),
    post(path, body) {
      const call = vector.nodeCalls.find(
        ({ path: recorded, request }) => recorded === path && isDeepStrictEqual(request, body),
      )
      if (call === undefined) throw new Error(`nothing was recorded for this request to ${path}`)
      asked.push(path.split('/').at(-1) ?? '')
      return Promise.resolve(call.response)
    },
  })
  return { plan, asked }
}

const caseOf = (name: string): AdaCase => {
  const found = [...vectors.signing, ...vectors.edge].find((vector) => vector.name === name)
  if (found === undefined) throw new Error(`the vectors have no ${name}`)
  return found
}

describe('ADA: golden vectors', () => {
  const same: Readonly<Record<string, RegExp>> = {
    'onchain-1in-change':
      /^pay 2 ADA to addr_test1vzwv\w+; change 2.83 ADA to addr_test1vrrm\w+; Expiry by addr_test1vrrm\w+ \(slot 987654\); fee 0.17 ADA$/,
    'onchain-2in-2keys': /^pay 6.8 ADA to addr1vy9e\w+; Expiry by addr1vyf4\w+ \(slot 987654\); fee 0.2 ADA$/,
    'onchain-same-key-twice': /^pay 6.75 ADA to addr1v9l5\w+; Expiry by addr1v93g\w+ \(slot 987654\); fee 0.25 ADA$/,
    'onchain-mixed':
      /^pay 9 ADA to addr_test1vpl5\w+; pay 9 ADA to addr_test1vq5v\w+; pay 11.8 ADA to addr_test1vpt5\w+; Expiry .*; fee 0.2 ADA$/,
    'offchain-2in': /^pay 14.8 ADA to addr_test1vqxr\w+; Expiry by addr_test1vrrm\w+ \(slot 987654\); fee 0.2 ADA$/,
  }
  for (const [name, summary] of Object.entries(same)) {
    it(`${name}: the reference's requests to the node and its bytes, explained and verified`, async () => {
      const vector = caseOf(name)
      const wallets = walletsOf(vector)
      const { plan, asked } = await planOf(vector)
      expect(asked).to.deep.equal(['preprocess', 'metadata', 'payloads'])
      expect(intentSummary(ada.transactions.decode(plan, descriptorsOf(wallets)))).to.match(summary)
      const signed = signWith(ada, plan, wallets)
      expect(signed.raw).to.equal(vector.expected.txData)
      ada.transactions.verify(plan, signed)
      expect(plan.withdrawalId).to.equal(vector.pending['withdrawalId'])
    })
  }

  it('edge-missing-key: refused before the node is asked for anything, where the reference failed on a missing length', async () => {
    const failure = await failureOf(planOf(caseOf('edge-missing-key')))
    expect(failure.code).to.equal('SIGNATURE_INCOMPLETE')
    expect(failure.message).to.match(/spends from addr_test1vqxr/)
  })

  it('edge-legacy-v1-serialization: refused as another form of request, where the reference let the node refuse it', async () => {
    const failure = await failureOf(planOf(caseOf('edge-legacy-v1-serialization')))
    expect(failure.code).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('has a test for every vector', () => {
    const tested = [...Object.keys(same), 'edge-missing-key', 'edge-legacy-v1-serialization']
    expect([...vectors.signing, ...vectors.edge].map(({ name }) => name).toSorted()).to.deep.equal(tested.toSorted())
  })
})
