import { expect } from 'chai'
import { intentSummary } from '../../../src/core/intent.js'
import { planFor, secretVectors, signWith, walkOf } from '../../kit/account-chain.js'
import { failureOf } from '../../kit/failure-of.js'
import { stellar } from './fixtures.js'

const vectors = secretVectors('xlm')

const SUMMARIES: Readonly<Record<string, string>> = {
  'xlm-payment-text-memo':
    'pay 10.5 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47 (memo "invoice 42"); fee at most 0.00001 XLM',
  'xlm-asset-payment-hash-memo':
    'pay 0.0000001 token EURT:GB7C54FVBBJBQGUZUMVD5PYFXCKIVGUAI6LZ42WIGHPUJ2IREAZOR6LM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47 (memo "0x9c225a950b92172f8c2afe8b682b7b86ce8f835578b546f9b8070cba309ad314"); fee at most 0.00001 XLM',
  'xlm-change-trust':
    'changeTrust by GATJ4BAMIXJO5NSW6X3PFUZF4OZ2KZECUINEQPNAIBICEIVXN3ROXZLL (line LONGASSETCOD:GB7C54FVBBJBQGUZUMVD5PYFXCKIVGUAI6LZ42WIGHPUJ2IREAZOR6LM, limit 922337203685.4775807); fee at most 0.00001 XLM',
  'xlm-create-account':
    'pay 2 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47; fee at most 0.00001 XLM',
  'xlm-second-signature':
    'pay 1 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47; pay 2 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47; fee at most 0.00004 XLM',
  'xlm-fee-bump': 'pay 3 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47; fee at most 0.0001 XLM',
  'xlm-id-memo-mainnet':
    'pay 4 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47 (memo "18446744073709551615"); fee at most 0.00001 XLM',
  'xlm-v0-envelope': 'pay 5 XLM to GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47; fee at most 0.00001 XLM',
  // May be a co-signature, so it is signed as the reference does; the approver reads whose transaction it is.
  'xlm-source-mismatch-not-checked':
    'bumpSequence by GDHYJGSPNNFZ3W7TIM7WYTHIBKSJ4MV5NQOYSH3CCRWB2QHF2KVNMAQT (bumpTo 2000); co-signature by GATJ4BAMIXJO5NSW6X3PFUZF4OZ2KZECUINEQPNAIBICEIVXN3ROXZLL (account GDHYJGSPNNFZ3W7TIM7WYTHIBKSJ4MV5NQOYSH3CCRWB2QHF2KVNMAQT); fee at most 0.00001 XLM',
}

describe('XLM: golden vectors', () => {
  for (const row of vectors.signing) {
    it(`${row.id}: the reference's bytes and hash, explained and verified`, async () => {
      const walk = walkOf(stellar, row)
      const plan = await planFor(stellar, walk)
      expect(intentSummary(stellar.transactions.decode(plan, new Map()))).to.equal(SUMMARIES[row.id])
      const signed = signWith(stellar, plan, walk.wallets)
      expect(signed).to.deep.equal({ raw: row.signedPayload, txId: row.txHash })
      stellar.transactions.verify(plan, signed)
      expect(row.broadcast?.path).to.equal(`/v3/${stellar.definition.apiPath}/broadcast`)
    })
  }

  const errorCase = (id: string) => {
    const row = vectors.errors.find((candidate) => candidate.id === id)
    if (row === undefined) throw new Error('the vector is missing')
    return walkOf(stellar, row)
  }

  it('xlm-bad-xdr: refused here too', async () => {
    const error = await failureOf((async () => planFor(stellar, errorCase('xlm-bad-xdr')))())
    expect(error.code).to.equal('TRANSACTION_MALFORMED')
  })

  it('xlm-precond-v2: signed here, because the network has had these preconditions since 2022; only the old library did not know them', async () => {
    const walk = errorCase('xlm-precond-v2')
    const plan = await planFor(stellar, walk)
    stellar.transactions.verify(plan, signWith(stellar, plan, walk.wallets))
    expect(intentSummary(stellar.transactions.decode(plan, new Map()))).to.match(/^bumpSequence by GDHY/)
  })
})
