import { Transaction } from 'bitcoinjs-lib'
import { expect } from 'chai'
import { networkOf } from '../../../src/core/ids.js'
import { intentSummary } from '../../../src/core/intent.js'
import { requestDigest } from '../../../src/core/pending-transaction.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import { parseTransaction } from '../../../src/chains/bitcoin/index.js'
import { bitcoin, storeOf, vectors, walk } from './fixtures.js'

/** What an approver reads for each vector. */
const SUMMARIES: Readonly<Record<string, string>> = {
  'onchain-default-1in-change':
    'pay 0.0004 BTC to mormGRSSkDsN2rCxkxXgHQHzzYH16DsYBh; change 0.001085 BTC to tb1qz754rp9kk9vdewx4wm7pstvm0u2rwlgycr8h77; fee 0.000015 BTC',
  'onchain-multi-key-multi-input':
    'pay 0.001 BTC to bc1q0u077wcyfz4c3qnvpvt3nm7nnvlgltcxyqzg6g; pay 0.00055 BTC to 3Bn1igu5RmU4e9vCXePbGqMLtaZxARsspG; pay 0.001018 BTC to bc1qckg5yhz6lfj02vyhxxrul2ay2nr99jmnaqwq5x; fee 0.0000321 BTC',
  'onchain-mixed-script-types':
    'pay 0.0045 BTC to bc1qgz9g7d407nc2987mzxy970rx3pa2htm7g8uxlz; pay 0.00449 BTC to 1H1u3rQgAFtiZXKK4Y1LhwaE3WKcGJPkPt; fee 0.00001 BTC',
  'onchain-legacy-only': 'pay 0.0349 BTC to mhg4fv8wumcnGm2Ba2Vqx76GEkeT6mYrqk; fee 0.0001 BTC',
  'onchain-rbf-opreturn-locktime':
    'data 68656c6c6f206b6d73; pay 0.003 BTC to bc1qtzmcrywzmysmuj67qz8g32pzve6unk6a6q9e3pav3watckcu3gasap7r05; pay 0.004 BTC to bc1p6zmvdc9nq2d7zz48h8a563j2nqva049y924mtkwkas00ffqmja8swzh802; fee 0.00077777 BTC',
  'onchain-version1': 'pay 0.00098 BTC to bc1qu4ydj6a43m0wyq533j8d8ucx2tldlwk7qnfn3l; fee 0.00001999 BTC',
  'offchain-two-inputs-xpub-change':
    'pay 0.6 BTC to bc1qwhge6pp06pgqy3j8204upgya6pg0yuen47u6pl; change 0.14950001 BTC to bc1q8uuwyvqxqa0pad38v9qj8fhm6qac0mge4ypnxl; fee 0.0005 BTC',
  'offchain-multiple-amounts':
    'pay 0.4 BTC to tb1qwrqgl4ej3gl00crgjgusyawhcsatxzrnc2m490; pay 0.5 BTC to tb1qy2w4xdaq3g2wylq5qnmksvfkn6fczy0v9kz7wf; pay 0.1 BTC to tb1q0s3xe8wajkzwsejrtk82pnske8gyjpd5gy327u; fee 0.30012345 BTC',
}

describe('transactions of BTC that the reference signs', () => {
  for (const vector of vectors.signing) {
    const network = networkOf(vector.testnet)
    const hasSingleKey = Object.values(vector.store).some((wallet) => wallet.privateKey !== undefined)

    it(`${vector.name}: the same bytes and id`, async () => {
      const { plan, input, signed } = await walk(vector.pending, network, storeOf(vector.store))
      expect(signed.raw).to.equal(vector.expected.txData)
      expect(signed.txId).to.equal(vector.expected.txid)
      const intent = bitcoin.transactions.decode(plan, input.wallets)
      expect(intent.undecoded).to.deep.equal([])
      expect(intentSummary(intent)).to.equal(SUMMARIES[vector.name])
    })

    it(`${vector.name}: a plan that says for whom and for which request it is, the same every time`, async () => {
      const store = storeOf(vector.store)
      const { plan, input } = await walk(vector.pending, network, store)
      const again = await walk(vector.pending, network, store)
      expect(planDigest(again.plan)).to.equal(planDigest(plan))
      expect(plan.requestDigest).to.equal(requestDigest(input.pending))
      expect(plan.withdrawalId).to.equal(vector.pending['withdrawalId'])
      expect(plan.account).to.equal(undefined)
    })

    it(`${vector.name}: another parser reads the same content from the bytes`, async () => {
      const { signed } = await walk(vector.pending, network, storeOf(vector.store))
      const theirs = Transaction.fromHex(signed.raw)
      const ours = parseTransaction(signed.raw)
      expect(ours.txId).to.equal(theirs.getId())
      expect(ours.witnessId).to.equal(Buffer.from(theirs.getHash(true)).reverse().toString('hex'))
      expect(ours.weight).to.equal(theirs.weight())
      expect(theirs.hasWitnesses()).to.equal(vector.expected.hasWitness)
      expect(ours.outputs.map(({ value, script }) => [value, script.toString('hex')])).to.deep.equal(
        theirs.outs.map(({ value, script }) => [value, Buffer.from(script).toString('hex')]),
      )
    })

    // P2SH hides whose key it holds, so an address is needed there: see prepare.test.ts.
    if (hasSingleKey && vector.name !== 'onchain-mixed-script-types') {
      it(`${vector.name}: the same bytes for keys that the reference stored without their address`, async () => {
        const { signed } = await walk(vector.pending, network, storeOf(vector.store, { addresses: false }))
        expect(signed.raw).to.equal(vector.expected.txData)
      })
    }
  }
})
