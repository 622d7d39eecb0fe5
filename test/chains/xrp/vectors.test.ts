import { expect } from 'chai'
import { intentSummary } from '../../../src/core/intent.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { planFor, secretVectors, signWith, walkOf } from '../../kit/account-chain.js'
import { failureOf } from '../../kit/failure-of.js'
import { xrp } from './fixtures.js'

const vectors = secretVectors('xrp')

const SUMMARIES: Readonly<Record<string, string>> = {
  'xrp-payment-ed25519-tag':
    'pay 12.5 XRP to rUQciWuz7zH8PPZb9ngieoQkdJmBMhf3ik (memo "355355"); Payment by rsMcSU5rVN4qxA5LURX65bVL1uS1z8B7n8 (SourceTag 7); fee 0.0001 XRP',
  'xrp-payment-secp256k1-imported': 'pay 0.000001 XRP to rUQciWuz7zH8PPZb9ngieoQkdJmBMhf3ik; fee 0.00001 XRP',
  'xrp-trustline':
    'TrustSet by rn3hAwhv6W6wvmhi9CDHCwbW98zofHp6o8 (LimitAmount 10000 DA39A3EE5E6B4B0D3255BFEF95601890AFD80709.rnfgjiTZ4EBi5VmCoZ4hveoZpWA2pbZKpt); fee 0.00002 XRP',
  'xrp-issued-currency-trailing-zeros':
    'pay 100.25 token USD.rnfgjiTZ4EBi5VmCoZ4hveoZpWA2pbZKpt to rUQciWuz7zH8PPZb9ngieoQkdJmBMhf3ik; fee 0.00001 XRP',
  'xrp-account-set-require-tag':
    'AccountSet by rJFLtqCpu4gtsqrJutee7AgScgx9nvzTRv (SetFlag 1 RequireDest); fee 0.00001 XRP',
  'xrp-payment-memo':
    'pay 25 XRP to rUQciWuz7zH8PPZb9ngieoQkdJmBMhf3ik; Memo by rhiHPhqwzjZxUEahFm5CCw2tipcWQZi3iD (MemoType "text", MemoData "order 42"); fee 0.000012 XRP',
  'xrp-second-hash-ignored': 'pay 0.000001 XRP to rUQciWuz7zH8PPZb9ngieoQkdJmBMhf3ik; fee 0.00001 XRP',
}

describe('XRP: golden vectors', () => {
  for (const row of vectors.signing.filter(({ id }) => id !== 'xrp-account-mismatch-not-checked')) {
    it(`${row.id}: the reference's bytes and hash, explained and verified`, async () => {
      const walk = walkOf(xrp, row)
      const plan = await planFor(xrp, walk)
      expect(intentSummary(xrp.transactions.decode(plan, new Map()))).to.equal(SUMMARIES[row.id])
      const signed = signWith(xrp, plan, walk.wallets)
      expect(signed).to.deep.equal({ raw: row.signedPayload, txId: row.txHash })
      xrp.transactions.verify(plan, signed)
      expect(row.broadcast?.path).to.equal(`/v3/${xrp.definition.apiPath}/broadcast`)
    })
  }

  it('refuses to sign for an account that the wallet does not hold, where the reference signed what the ledger then refused', async () => {
    const row = vectors.signing.find(({ id }) => id === 'xrp-account-mismatch-not-checked')
    if (row === undefined) throw new Error('the vector is missing')
    expect((await failureOf(planFor(xrp, walkOf(xrp, row)))).code).to.equal('SIGNER_MISMATCH')
  })

  const refused: Readonly<Record<string, ErrorCode>> = {
    'xrp-already-signed': 'TRANSACTION_UNSUPPORTED',
    'xrp-wallet-unknown': 'SIGNER_MISMATCH',
  }
  for (const row of vectors.errors.filter(({ id }) => id !== 'xrp-unknown-type')) {
    it(`${row.id}: refused here too`, async () => {
      const error = await failureOf((async () => planFor(xrp, walkOf(xrp, row)))())
      expect(error.code).to.equal(refused[row.id])
    })
  }

  it('xrp-unknown-type: signed here, because the ledger has had multi-purpose tokens since 2025; only the old library did not know them', async () => {
    const row = vectors.errors.find(({ id }) => id === 'xrp-unknown-type')
    if (row === undefined) throw new Error('the vector is missing')
    const walk = walkOf(xrp, row)
    const plan = await planFor(xrp, walk)
    xrp.transactions.verify(plan, signWith(xrp, plan, walk.wallets))
    const { actions } = xrp.transactions.decode(plan, new Map())
    expect(actions).to.deep.equal([
      { type: 'operation', from: 'rsMcSU5rVN4qxA5LURX65bVL1uS1z8B7n8', name: 'MPTokenIssuanceCreate', details: {} },
    ])
  })
})
