import { expect } from 'chai'
import type { ErrorCode } from '../../../src/core/errors.js'
import { intentSummary } from '../../../src/core/intent.js'
import { failureOf } from '../../kit/failure-of.js'
import { CONTRACT, egld, planOf, RECIPIENT, recorded, rowOf, signWith, vectors, inputOf } from './fixtures.js'

describe('EGLD: golden vectors', () => {
  const same: Readonly<Record<string, string>> = {
    'egld-transfer': `pay 1.5 EGLD to ${RECIPIENT}; fee at most 0.00005 EGLD`,
    'egld-transfer-mnemonic-index': `pay 0.000000000000000001 EGLD to ${RECIPIENT} (memo "hello world"); fee at most 0.000123456 EGLD`,
    'egld-esdt-transfer-zero-value': `pay 1000 units of token USDC-350c4e to ${RECIPIENT}; fee at most 0.0005 EGLD`,
    'egld-esdt-issue': `call issue on ${CONTRACT} (81 bytes) with 0.05 EGLD; fee at most 0.06 EGLD; NOT DECODED: the call "issue" and its arguments`,
    'egld-no-gas-price-from-node': `pay 2 EGLD to ${RECIPIENT}; fee at most 0.00005 EGLD`,
    'egld-from-missing': `pay 0.1 EGLD to ${RECIPIENT}; fee at most 0.00005 EGLD`,
  }
  for (const [id, summary] of Object.entries(same)) {
    it(`${id}: the reference's bytes, explained and verified`, async () => {
      const plan = await planOf(rowOf(id))
      expect(intentSummary(egld.transactions.decode(plan, new Map()))).to.equal(summary)
      const signed = signWith(rowOf(id), plan)
      expect(signed.raw).to.equal(rowOf(id).signedPayload)
      egld.transactions.verify(plan, signed)
    })
  }

  it('egld-esdt-transfer-as-built: a value that is left out is zero in a token operation, where the reference signed the text NaN', async () => {
    const row = rowOf('egld-esdt-transfer-as-built')
    const asked: unknown[] = []
    const post = async (_path: string, body: unknown) => {
      asked.push(body)
      return { data: { txGasUnits: 108_500, returnMessage: '' } }
    }
    const plan = await egld.transactions.prepare(inputOf(row), recorded(row, { post }))
    const signed = signWith(row, plan)
    egld.transactions.verify(plan, signed)
    expect(signed.raw).to.include('"value":"0"')
    expect(JSON.stringify(asked)).to.not.include('NaN')
    expect(row.signedPayload).to.include('"value":"NaN"')
  })

  const refused: Readonly<Record<string, ErrorCode>> = {
    // The reference paid zero.
    'egld-negative-value': 'TRANSACTION_MALFORMED',
    // The reference signed for the wallet's own account, with the nonce of the other one.
    'egld-sender-mismatch': 'SIGNER_MISMATCH',
    'egld-cost-error': 'API_REFUSED',
    'egld-mnemonic-no-index': 'INDEX_INVALID',
  }
  for (const [id, code] of Object.entries(refused)) {
    it(`${id}: refused`, async () => {
      expect((await failureOf(planOf(rowOf(id)))).code).to.equal(code)
    })
  }

  it('has a test for every vector', () => {
    const tested = [...Object.keys(same), ...Object.keys(refused), 'egld-esdt-transfer-as-built']
    const all = [...vectors.signing, ...vectors.errors].map(({ id }) => id)
    expect(all.toSorted()).to.deep.equal(tested.toSorted())
  })
})
