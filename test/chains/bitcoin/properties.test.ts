import { Transaction } from 'bitcoinjs-lib'
import { expect } from 'chai'
import fc from 'fast-check'
import type { Intent } from '../../../src/core/intent.js'
import { canonicalJson } from '../../../src/core/json.js'
import { planDigest, signingPlanSchema } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { arbitrariesOf, TYPES } from './arbitrary.js'
import { FamilyMember } from './family.js'

const KEY_HASH = /^76a914.{40}88ac$/

/** `own`: the form of the wallets' own addresses. Runs for each property: the first chain stands for the code that all share. */
const CHAINS = [
  { code: 'BTC', types: TYPES, numRuns: 100, own: { script: /^0014.{40}$/, address: /^bc1q.{38}$/ } },
  { code: 'LTC', types: TYPES, numRuns: 20, own: { script: KEY_HASH, address: /^L/ } },
  { code: 'DOGE', types: ['p2pkh', 'p2pk'], numRuns: 20, own: { script: KEY_HASH, address: /^D/ } },
  { code: 'BCH', types: ['p2pkh'], numRuns: 15, own: { script: KEY_HASH, address: /^bitcoincash:q.{41}$/ } },
] as const

/** All value that an intent accounts for: transfers, the fee, and what is not decoded. */
const accountedFor = (intent: Intent): bigint =>
  intent.actions.reduce((sum, action) => sum + (action.type === 'transfer' ? action.amount : 0n), intent.fee.amount)

for (const { code, types: kinds, numRuns, own } of CHAINS) {
  const member = await FamilyMember.load(code)
  const { chain } = member
  const { store, transactions } = arbitrariesOf(member, kinds)

  describe(`any transaction of ${code}`, () => {
    it('is signed as asked: the bytes hold exactly the version, inputs, outputs and lock time of the request', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, async ({ pending, json, types }) => {
          const { signed } = await member.walk(pending, 'mainnet', store)
          const theirs = Transaction.fromHex(signed.raw)
          expect(theirs.getId()).to.equal(signed.txId)
          expect([theirs.version, theirs.locktime]).to.deep.equal([json.version, json.nLockTime])
          expect(
            theirs.ins.map(({ hash, index, sequence }) => [
              Buffer.from(hash).reverse().toString('hex'),
              index,
              sequence,
            ]),
          ).to.deep.equal(json.inputs.map((input) => [input.prevTxId, input.outputIndex, input.sequenceNumber]))
          expect(
            theirs.outs.map(({ value, script }) => [Number(value), Buffer.from(script).toString('hex')]),
          ).to.deep.equal(json.outputs.map(({ satoshis, script }) => [satoshis, script]))
          expect(theirs.hasWitnesses()).to.equal(types.some((type) => type === 'p2wpkh' || type === 'p2sh-p2wpkh'))
        }),
        { numRuns },
      )
    })

    it('is explained without loss: payments, data, fee and undecoded parts add up to the request', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, async ({ pending, json }) => {
          const { plan, input } = await member.walk(pending, 'mainnet', store)
          const intent = chain.transactions.decode(plan, input.wallets)
          const [spent, paid] = [json.inputs.map(({ output }) => output), json.outputs].map((list) =>
            list.reduce((sum, { satoshis }) => sum + BigInt(satoshis), 0n),
          ) as [bigint, bigint]
          expect(intent.fee.amount).to.equal(spent - paid)
          const transfers = intent.actions.filter((action) => action.type === 'transfer')
          const data = intent.actions.filter((action) => action.type === 'data')
          const burning = json.outputs.filter(({ script, satoshis }) => script.startsWith('6a') && satoshis > 0)
          expect(transfers.length + data.length + intent.undecoded.length - burning.length).to.equal(
            json.outputs.length,
          )
          if (intent.undecoded.length === 0) expect(accountedFor(intent)).to.equal(spent)
        }),
        { numRuns },
      )
    })

    it('calls exactly those outputs change that go to keys of the signing wallets', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, async ({ pending, json }) => {
          const { plan, input } = await member.walk(pending, 'mainnet', store)
          const intent = chain.transactions.decode(plan, input.wallets)
          const mine = new Set(plan.signers.map(({ address }) => address))
          for (const { signatureId } of plan.signers) {
            const wallet = input.wallets.get(signatureId)
            if (wallet?.kind === 'mnemonic') mine.add(chain.keys.address(wallet, 0))
          }
          const native = json.outputs.filter(({ script }) => own.script.test(script)).length
          const seen = intent.actions.filter((action) => action.type === 'transfer' && own.address.test(action.to))
          expect(seen).to.have.lengthOf(native)
          for (const action of seen) expect(action.type === 'transfer' && action.change).to.equal(mine.has(to(action)))
        }),
        { numRuns },
      )
    })

    it('has a plan that survives storage and whose digest changes with every byte of it', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ pending }, at, flip) => {
          const { plan, signed } = await member.walk(pending, 'mainnet', store)
          const text = canonicalJson(plan)
          const restored = signingPlanSchema.parse(JSON.parse(text))
          expect(planDigest(restored)).to.equal(planDigest(plan))
          chain.transactions.verify(restored, signed)

          const bytes = Buffer.from(text, 'utf8')
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip
          const changed = parsedPlan(bytes)
          if (changed !== undefined && canonicalJson(changed) !== text) {
            expect(planDigest(changed)).to.not.equal(planDigest(plan))
          }
        }),
        { numRuns },
      )
    })

    it('is refused by verification when one byte of the signed transaction changes, whichever it is', async () => {
      await fc.assert(
        fc.asyncProperty(transactions, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ pending }, at, flip) => {
          const { plan, signed } = await member.walk(pending, 'mainnet', store)
          const bytes = Buffer.from(signed.raw, 'hex')
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip
          const raw = bytes.toString('hex')
          expect(codeThrownBy(() => chain.transactions.verify(plan, { raw, txId: signed.txId }))).to.equal(
            'VERIFICATION_FAILED',
          )
          // Nor does it help to bring the id along: the content is compared with the plan.
          const txId = idOf(raw) ?? signed.txId
          expect(codeThrownBy(() => chain.transactions.verify(plan, { raw, txId }))).to.equal('VERIFICATION_FAILED')
          const background = chain.transactions.verifyInBackground?.(plan, { raw, txId })
          expect(await background?.catch((error: unknown) => error)).to.have.property('code', 'VERIFICATION_FAILED')
        }),
        { numRuns: 3 * numRuns },
      )
    })

    it('names every output that it spends or makes as something whose order it keeps', () => {
      fc.assert(
        fc.property(transactions, ({ pending, json }) => {
          const input = member.inputOf(pending, 'mainnet', store)
          const accounts = chain.transactions.accounts(input)
          expect(new Set(accounts).size).to.equal(json.inputs.length + json.outputs.length)
          for (const { prevTxId, outputIndex } of json.inputs) expect(accounts).to.include(`${prevTxId}:${outputIndex}`)
          expect(accounts).to.include(`${input.request.transaction.txId}:0`)
        }),
        { numRuns },
      )
    })
  })
}

const to = (action: Intent['actions'][number]): string => (action.type === 'transfer' ? action.to : '')

function parsedPlan(bytes: Buffer): SigningPlan | undefined {
  try {
    return signingPlanSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return undefined
  }
}

function idOf(raw: string): string | undefined {
  try {
    return Transaction.fromHex(raw).getId()
  } catch {
    return undefined
  }
}
