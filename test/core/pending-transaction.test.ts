import { expect } from 'chai'
import fc from 'fast-check'
import { parsePendingTransaction, pendingIdOf, requestDigest } from '../../src/core/pending-transaction.js'

const ID = '5e6be8e9e6aa436299950c41'
const WALLET = '4057be77-70f3-4a1a-a0da-dfa083830513'
const listed = { id: ID, chain: 'ETH', hashes: [WALLET], serializedTransaction: '{}' }

describe('pending transactions', () => {
  it('treat null, empty and absent alike', () => {
    const bare = parsePendingTransaction(listed)
    const nulls = parsePendingTransaction({
      ...listed,
      index: null,
      withdrawalId: '',
      withdrawalResponses: null,
      signatures: null,
      txId: null,
    })
    expect(nulls).to.deep.equal(bare)
    expect(bare.signatures).to.deep.equal([])
  })

  it('name wallets in lower case, whatever the API writes', () => {
    expect(parsePendingTransaction({ ...listed, hashes: [WALLET.toUpperCase()] }).hashes).to.deep.equal([WALLET])
  })

  it('are refused when a field that matters is wrong, by its name and never by its value', () => {
    const wrong = {
      id: 'short',
      chain: '../etc',
      hashes: 'no-list',
      serializedTransaction: '',
      index: 2 ** 31,
      signatures: [{ id: 'x' }],
    }
    for (const [field, value] of Object.entries(wrong)) {
      expect(() => parsePendingTransaction({ ...listed, [field]: value }), field)
        .to.throw()
        .with.property('code', 'TRANSACTION_MALFORMED')
    }
    for (const index of [-1, 1.5, Number.NaN, '0'])
      expect(() => parsePendingTransaction({ ...listed, index }), String(index)).to.throw()
  })

  it('never crash the reader, whatever is listed', () => {
    fc.assert(
      fc.property(fc.anything(), (item) => {
        expect(() => parsePendingTransaction(item))
          .to.throw()
          .with.property('code', 'TRANSACTION_MALFORMED')
        expect(pendingIdOf(item)).to.equal(undefined)
      }),
    )
  })

  it('have another digest as soon as anything that can change the signature differs', () => {
    const digest = requestDigest(parsePendingTransaction(listed))
    const others = [
      { serializedTransaction: '{ }' },
      { hashes: [] },
      { index: 0 },
      { withdrawalId: ID },
      { signatures: [{ id: WALLET, index: 0 }] },
    ]
    const digests = others.map((change) => requestDigest(parsePendingTransaction({ ...listed, ...change })))
    expect(new Set([digest, ...digests]).size).to.equal(others.length + 1)
    expect(requestDigest(parsePendingTransaction({ ...listed, txId: 'later' }))).to.equal(digest)
  })
})
