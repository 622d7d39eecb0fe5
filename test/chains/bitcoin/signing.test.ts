import { Transaction } from 'bitcoinjs-lib'
import { expect } from 'chai'
import { networkOf } from '../../../src/core/ids.js'
import { intentSummary } from '../../../src/core/intent.js'
import { requestDigest } from '../../../src/core/pending-transaction.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import { parseTransaction } from '../../../src/chains/bitcoin/index.js'
import { FamilyMember } from './family.js'
import { SUMMARIES } from './summaries.js'

/** Vectors of whose bytes we differ on purpose, with the same request in the form on which we agree. */
const DIFFERENT: Readonly<Record<string, (serialized: string) => string>> = {
  // The reference makes every transaction of BCH one of version 2. What the requester sends is kept here: versions differ in what sequences mean (BIP-68).
  'onchain-version1-becomes-2': (serialized) => serialized.replace(/^01/, '02'),
}

for (const [code, summaries] of Object.entries(SUMMARIES)) {
  const member = await FamilyMember.load(code)

  describe(`transactions of ${code} that the reference signs`, () => {
    for (const given of member.vectors.signing) {
      const agreed = DIFFERENT[given.name]
      const serializedTransaction = given.pending['serializedTransaction'] as string
      const vector =
        agreed === undefined
          ? given
          : { ...given, pending: { ...given.pending, serializedTransaction: agreed(serializedTransaction) } }

      const network = networkOf(vector.testnet)
      const hasSingleKey = Object.values(vector.store).some((wallet) => wallet.privateKey !== undefined)

      it(`${vector.name}: the same bytes and id`, async () => {
        const { plan, input, signed } = await member.walk(vector.pending, network, member.storeOf(vector.store))
        expect(signed.raw).to.equal(vector.expected.txData)
        expect(signed.txId).to.equal(vector.expected.txid)
        const intent = member.chain.transactions.decode(plan, input.wallets)
        expect(intent.undecoded).to.deep.equal([])
        expect(intentSummary(intent)).to.equal(summaries[vector.name])
      })

      it(`${vector.name}: a plan that says for whom and for which request it is, the same every time`, async () => {
        const store = member.storeOf(vector.store)
        const { plan, input } = await member.walk(vector.pending, network, store)
        const again = await member.walk(vector.pending, network, store)
        expect(planDigest(again.plan)).to.equal(planDigest(plan))
        expect(plan.requestDigest).to.equal(requestDigest(input.pending))
        expect(plan.withdrawalId).to.equal(vector.pending['withdrawalId'])
        expect(plan.account).to.equal(undefined)
      })

      it(`${vector.name}: another parser reads the same content from the bytes`, async () => {
        const { signed } = await member.walk(vector.pending, network, member.storeOf(vector.store))
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

      if (agreed !== undefined) {
        it(`${vector.name}: the version of the request is kept, where the reference changes it`, async () => {
          const { signed } = await member.walk(given.pending, network, member.storeOf(vector.store))
          expect(parseTransaction(signed.raw).version).to.equal(1)
        })
      }

      // P2SH hides whose key it holds, so an address is needed there: see prepare.test.ts.
      if (hasSingleKey && vector.name !== 'onchain-mixed-script-types') {
        it(`${vector.name}: the same bytes for keys that the reference stored without their address`, async () => {
          const { signed } = await member.walk(
            vector.pending,
            network,
            member.storeOf(vector.store, { addresses: false }),
          )
          expect(signed.raw).to.equal(vector.expected.txData)
        })
      }
    }
  })
}
