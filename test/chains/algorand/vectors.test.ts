import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { z } from 'zod'
import { intentSummary } from '../../../src/core/intent.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { planFor, secretVectors, signWith, walkOf } from '../../kit/account-chain.js'
import { failureOf } from '../../kit/failure-of.js'
import { algorand } from './fixtures.js'

const vectors = secretVectors('algo')
const facts = z
  .object({
    signing: z.array(z.object({ id: z.string(), txId: z.string(), payloadIfFeeTakenAsFinal: z.string().optional() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/algo.json', import.meta.url), 'utf8')))
const factsOf = (id: string) => facts.signing.find((row) => row.id === id)

const rowOf = (id: string) => {
  const row = [...vectors.signing, ...vectors.errors].find((candidate) => candidate.id === id)
  if (row === undefined) throw new Error(`the vectors have no ${id}`)
  return row
}
const planOf = async (id: string) => planFor(algorand, walkOf(algorand, rowOf(id)))

const TO = 'H74SSYIZVCINV7WQDKWBMOJW7NQQSVLJSNBJZGAAZEF6TADKN7HBHKLXQU'
const SENDER = 'YR3LNTKXBBZ6W4KUSRZXIDHXCP4QGVZCJM5X7IJIWDC6PVVCJY3TCV2IPQ'
const IMPORTED = 'ZDIQLZ3XNUQYT3PNAOCAM56ND6SDX4MZCW3GPWGBBFPSDEQVQEWI4HMGUY'

describe('ALGO: golden vectors', () => {
  const same: Readonly<Record<string, string>> = {
    'algo-payment': `pay 1.5 ALGO to ${TO} (memo "hello"); fee 0.001 ALGO`,
    'algo-payment-imported-no-note': `pay 0.000001 ALGO to ${TO}; fee 0.0025 ALGO`,
  }
  for (const [id, summary] of Object.entries(same)) {
    it(`${id}: the reference's bytes and id, explained and verified`, async () => {
      const walk = walkOf(algorand, rowOf(id))
      const plan = await planFor(algorand, walk)
      expect(intentSummary(algorand.transactions.decode(plan, new Map()))).to.equal(summary)
      const signed = signWith(algorand, plan, walk.wallets)
      expect(signed).to.deep.equal({ raw: rowOf(id).signedPayload, txId: factsOf(id)?.txId })
      algorand.transactions.verify(plan, signed)
      expect(rowOf(id).broadcast?.path).to.equal(`/v3/${algorand.definition.apiPath}/broadcast`)
    })
  }

  const fees: Readonly<Record<string, string>> = {
    'algo-asa-transfer': `pay 2000000 units of token 10458941 to ${TO}; fee 0.001 ALGO`,
    'algo-asa-opt-in': `AssetOptIn by ${IMPORTED} (asset token 10458941); fee 0.001 ALGO`,
    'algo-nft-transfer': `pay 1 units of token 77777777 to ${IMPORTED}; fee 0.001 ALGO`,
  }
  for (const [id, summary] of Object.entries(fees)) {
    it(`${id}: the fee is the one that was requested, where the reference multiplied it by the size and paid 250 times as much`, async () => {
      const walk = walkOf(algorand, rowOf(id))
      const plan = await planFor(algorand, walk)
      expect(intentSummary(algorand.transactions.decode(plan, new Map()))).to.equal(summary)
      const signed = signWith(algorand, plan, walk.wallets)
      algorand.transactions.verify(plan, signed)
      expect(signed.raw).to.equal(factsOf(id)?.payloadIfFeeTakenAsFinal)
      expect(signed.raw).to.not.equal(rowOf(id).signedPayload)
    })
  }

  it('algo-lease-dropped: the lease is signed and shown, where the reference left it out and so lost the guard against paying twice', async () => {
    const walk = walkOf(algorand, rowOf('algo-lease-dropped'))
    const plan = await planFor(algorand, walk)
    const lease = 'b544a7686d118668' + '0a9d8f24ff542b00' + 'd8ae60da4dd2613a' + '38f6292a8337cc37'
    expect(intentSummary(algorand.transactions.decode(plan, new Map()))).to.equal(
      `pay 3 ALGO to ${TO}; Lease by ${SENDER} (lease ${lease}, untilRound 40001000); fee 0.001 ALGO`,
    )
    const signed = signWith(algorand, plan, walk.wallets)
    algorand.transactions.verify(plan, signed)
    expect(signed.raw).to.include(`a26c78c420${lease}`)
  })

  it('algo-close-remainder: signed with it and shown, where the reference failed', async () => {
    const walk = walkOf(algorand, rowOf('algo-close-remainder'))
    const plan = await planFor(algorand, walk)
    expect(intentSummary(algorand.transactions.decode(plan, new Map()))).to.match(
      /^pay 3 ALGO to \w{58}; CloseRemainder by \w{58} \(asset ALGO, amount ALL THAT IS LEFT, to \w{58}\); fee 0.001 ALGO$/,
    )
    algorand.transactions.verify(plan, signWith(algorand, plan, walk.wallets))
  })

  it('algo-asset-create: signed, where the reference failed', async () => {
    const walk = walkOf(algorand, rowOf('algo-asset-create'))
    const plan = await planFor(algorand, walk)
    expect(intentSummary(algorand.transactions.decode(plan, new Map()))).to.match(
      /^AssetCreate by \w{58} \(total 100000, decimals 2, defaultFrozen false, unitName "SYM", name "Name", url "https:\/\/example.org", metadataHash none, manager \w{58}, reserve none, freeze none, clawback none\); fee 0.001 ALGO$/,
    )
    algorand.transactions.verify(plan, signWith(algorand, plan, walk.wallets))
  })

  it('algo-asset-destroy: signed, where the reference failed', async () => {
    const walk = walkOf(algorand, rowOf('algo-asset-destroy'))
    const plan = await planFor(algorand, walk)
    expect(intentSummary(algorand.transactions.decode(plan, new Map()))).to.match(
      /^AssetDestroy by \w{58} \(asset 10458941\); fee 0.001 ALGO$/,
    )
    algorand.transactions.verify(plan, signWith(algorand, plan, walk.wallets))
  })

  const refused: Readonly<Record<string, [ErrorCode, string]>> = {
    'algo-payment-mainnet-genesis-in-testnet-run': [
      'TRANSACTION_MALFORMED',
      'the reference signed it, and anybody could send it on the main network',
    ],
    'algo-rekey-dropped': [
      'TRANSACTION_UNSUPPORTED',
      'the reference signed another transaction than the one it was given',
    ],
    'algo-from-mismatch': ['SIGNER_MISMATCH', 'the reference signed for an account that is not the wallet’s'],
  }
  for (const [id, [code, why]] of Object.entries(refused)) {
    it(`${id}: refused; ${why}`, async () => {
      expect((await failureOf(planOf(id))).code).to.equal(code)
    })
  }

  it('has a test for every vector', () => {
    const tested = [
      ...[same, fees, refused].flatMap((table) => Object.keys(table)),
      ...['algo-lease-dropped', 'algo-close-remainder', 'algo-asset-create', 'algo-asset-destroy'],
    ]
    const all = [...vectors.signing, ...vectors.errors].map(({ id }) => id)
    expect(all.toSorted()).to.deep.equal(tested.toSorted())
  })
})
