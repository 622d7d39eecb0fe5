import { expect } from 'chai'
import fc from 'fast-check'
import { payments, Transaction } from 'bitcoinjs-lib'
import { readPlanBody } from '../../../src/chains/bitcoin/plan.js'
import { networkOf } from '../../../src/core/ids.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { bitcoinScripts, cashScripts } from '../../kit/script-check.js'
import type { ScriptCheck, SpentOutput } from '../../kit/script-check.js'
import { arbitrariesOf, TYPES } from './arbitrary.js'
import { FamilyMember } from './family.js'

/**
 * A third witness beside the vectors and the other library: interpreters that execute the scripts of inputs and outputs as nodes do, with signature hashes of their own.
 * They know nothing of who should have signed; they say whether the network would let these bytes spend these outputs.
 */

const CHAINS = [
  { code: 'BTC', check: bitcoinScripts, types: TYPES, numRuns: 40 },
  { code: 'LTC', check: bitcoinScripts, types: TYPES, numRuns: 12 },
  { code: 'DOGE', check: bitcoinScripts, types: ['p2pkh', 'p2pk'], numRuns: 12 },
  { code: 'BCH', check: cashScripts, types: ['p2pkh'], numRuns: 12 },
] as const

/** Signature hashes of these commit to the amount that is spent. */
const commitsToAmount = (code: string, script: string): boolean =>
  code === 'BCH' || script.startsWith('0014') || script.startsWith('a914')

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Another number of 32 bits. */
const other = (number: number): number => (number ^ 1) >>> 0

/** What the plan says is spent. */
const spentBy = (plan: SigningPlan): SpentOutput[] =>
  readPlanBody(plan).inputs.map(({ script, value }) => ({ script: hex(script), value }))

/** The bytes with one change; the library parses and writes, so it can do so in places that the signer never touches. */
function changed(raw: string, change: (transaction: Transaction) => void): string {
  const transaction = Transaction.fromHex(raw)
  change(transaction)
  return transaction.toHex()
}

/** Another signature of the same form: a bit in the middle of s, which ends before the last byte of a DER or a Schnorr signature. */
function spoilSignature(raw: string, position: number): string {
  return changed(raw, ({ ins }) => {
    const { witness, script } = ins[position]!
    const [signature = script.subarray(1, 1 + script[0]!)] = witness
    signature[signature.length - 12]! ^= 1
  })
}

for (const { code, check, types, numRuns } of CHAINS) {
  const member = await FamilyMember.load(code)
  const rows = member.vectors.signing
  const { store, transactions } = arbitrariesOf(member, types)

  /** The inputs that are objected to. */
  const objections = (raw: string, spent: readonly SpentOutput[]): number[] =>
    check(raw, spent).map((text) => Number(text.split(':')[0]))

  describe(`${code}: an interpreter of the chain's scripts`, () => {
    for (const row of rows) {
      it(`lets ${row.name} spend its outputs, as we sign it and as it is recorded`, async () => {
        const { plan, signed } = await member.walk(row.pending, networkOf(row.testnet), member.storeOf(row.store))
        expect(check(signed.raw, spentBy(plan))).to.deep.equal([])
        const recorded = row.expected.txData
        if (recorded !== undefined) expect(check(recorded, spentBy(plan))).to.deep.equal([])
      })
    }

    it('lets any transaction of any mixture of inputs spend its outputs', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, async ({ pending, json }) => {
          const { plan, signed } = await member.walk(pending, 'mainnet', store)
          const spent = json.inputs.map(({ output }) => ({ script: output.script, value: BigInt(output.satoshis) }))
          expect(spentBy(plan)).to.deep.equal(spent)
          expect(check(signed.raw, spent)).to.deep.equal([])
        }),
        { numRuns },
      )
    })

    it('objects to every input whose signature, amount, key or transaction is another one, and to no other input', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, fc.nat(), async ({ pending, json }, place) => {
          const { plan, signed } = await member.walk(pending, 'mainnet', store)
          const spent = spentBy(plan)
          const position = place % spent.length
          const all = [...spent.keys()]
          const withOther = (facts: Partial<SpentOutput>): SpentOutput[] =>
            spent.map((output, at) => (at === position ? { ...output, ...facts } : output))

          expect(objections(spoilSignature(signed.raw, position), spent)).to.deep.equal([position])

          const { script, value } = spent[position]!
          const amount = objections(signed.raw, withOther({ value: value + 1n }))
          expect(amount).to.deep.equal(commitsToAmount(code, script) ? [position] : [])

          const stranger = hex(payments.p2pkh({ hash: Buffer.alloc(20, 7) }).output!)
          expect(objections(signed.raw, withOther({ script: stranger }))).to.deep.equal([position])

          const moreTime = changed(signed.raw, (transaction) => (transaction.locktime = other(transaction.locktime)))
          const richer = changed(
            signed.raw,
            ({ outs }) => (outs[0]!.script = Buffer.from(`0014${'07'.repeat(20)}`, 'hex')),
          )
          const earlier = changed(signed.raw, ({ ins }) => (ins[position]!.index = other(ins[position]!.index)))
          for (const raw of [moreTime, richer, earlier]) expect(objections(raw, spent)).to.deep.equal(all)
          expect(json.inputs).to.have.length(spent.length)
        }),
        { numRuns: Math.ceil(numRuns / 2) },
      )
    })
  })
}

describe('the two interpreters', () => {
  const checks: Readonly<Record<string, ScriptCheck>> = { BTC: bitcoinScripts, BCH: cashScripts }

  it("do not take each other's signatures: those of Bitcoin Cash are for its own chain alone", async () => {
    for (const [code, other] of [
      ['BTC', 'BCH'],
      ['BCH', 'BTC'],
    ] as const) {
      const member = await FamilyMember.load(code)
      const { store, transactions } = arbitrariesOf(member, ['p2pkh'])
      const [sample] = fc.sample(transactions, 1)
      const { plan, signed } = await member.walk(sample!.pending, 'mainnet', store)
      expect(checks[code]!(signed.raw, spentBy(plan))).to.deep.equal([])
      expect(checks[other]!(signed.raw, spentBy(plan))).to.have.length(readPlanBody(plan).inputs.length)
    }
  })
})
