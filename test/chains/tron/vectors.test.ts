import { expect } from 'chai'
import { intentSummary } from '../../../src/core/intent.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { failureOf } from '../../kit/failure-of.js'
import { transactions, vectors, walk, walletsOf } from './tron-vectors.js'

const descriptors = new Map()

describe('TRON: golden vectors', () => {
  const summaries: Readonly<Record<string, string>> = {
    'tron-trx-transfer': 'pay 1.5 TRX to TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH; fee at most 1.368 TRX',
    'tron-trx-transfer-mnemonic-index': 'pay 0.000001 TRX to TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH; fee at most 1.366 TRX',
    'tron-trc20-transfer':
      'pay 12345678 units of token TV9LXHvKNVDpvLA8PejB8mZwcWHtEoyiNv to TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH; fee at most 100.346 TRX',
    'tron-trc10-transfer':
      'pay 25000000 units of token 1002000 to TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH; fee at most 1.383 TRX',
    'tron-freeze-v2':
      'FreezeBalanceV2Contract by TE4cr7RpU7m1C3zAwPjTzKmDYwFdwKf88Q (frozen_balance 10 TRX, resource ENERGY); fee at most 0.255 TRX',
    'tron-unfreeze-v2-index0':
      'UnfreezeBalanceV2Contract by TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH (unfreeze_balance 3 TRX, resource BANDWIDTH); fee at most 0.255 TRX',
    'tron-transfer-with-data-memo':
      'pay 0.000007 TRX to TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH (memo "memo text"); fee at most 2.377 TRX',
    'tron-visible-true': 'pay 0.000007 TRX to TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH; fee at most 1.366 TRX',
  }

  for (const row of vectors.signing) {
    if (row.id === 'tron-unknown-first-hash-skipped') {
      it(`${row.id}: waits for the wallet that is named, where the reference signs with the next one`, () => {
        const request = transactions.read(row.pendingTransaction, 'testnet')
        expect(request.signers).to.deep.equal([{ signatureId: row.pendingTransaction.hashes[0] }])
        expect([...walletsOf(row).keys()]).to.not.include(request.signers[0]?.signatureId)
      })
      continue
    }
    it(`${row.id}: has the reference's bytes and id, explains itself and asks nobody (${row.description})`, async () => {
      const { plan, signed } = await walk(row)
      expect(signed).to.deep.equal({ raw: row.broadcast.body.txData, txId: row.txId })
      expect(plan.signers.map(({ address }) => address)).to.deep.equal(row.recoveredSigners)
      const summary = intentSummary(transactions.decode(plan, descriptors))
      expect(summary).to.equal(summaries[row.id] ?? summary)
      expect(transactions.decode(plan, descriptors).undecoded).to.deep.equal([])
    })
  }

  it('explains every case that is listed above', () => {
    expect(vectors.signing.map(({ id }) => id)).to.include.members(Object.keys(summaries))
  })

  const refused: Readonly<Record<string, readonly [ErrorCode, RegExp]>> = {
    'tron-permission-id-other-owner': ['TRANSACTION_UNSUPPORTED', /permission/],
    'tron-owner-mismatch': ['SIGNER_MISMATCH', /TE4cr7RpU7m1C3zAwPjTzKmDYwFdwKf88Q's/],
    'tron-txid-mismatch': ['TRANSACTION_MALFORMED', /txID/],
    'tron-raw-data-tampered': ['TRANSACTION_MALFORMED', /other contents/],
    'tron-already-signed': ['TRANSACTION_MALFORMED', /signed already/],
    'tron-mnemonic-no-index': ['INDEX_INVALID', /names no index/],
  }
  for (const row of vectors.errors) {
    const expected = refused[row.id]
    if (expected !== undefined) {
      it(`${row.id}: refused here too`, async () => {
        const error = await failureOf(walk(row))
        expect(error.code).to.equal(expected[0])
        expect(error.message).to.match(expected[1])
      })
    } else {
      it(`${row.id}: signed here, because a key with 0x before it is the same key`, async () => {
        expect(row.id).to.equal('tron-0x-private-key')
        const { plan, signed } = await walk(row)
        const same = vectors.signing.find(({ id }) => id === 'tron-private-key-with-index')
        expect(plan.signers[0]?.address).to.equal(same?.recoveredSigners[0])
        expect(signed.raw).to.equal(same?.broadcast.body.txData)
      })
    }
  }
})
