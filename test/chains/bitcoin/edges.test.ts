import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { networkOf } from '../../../src/core/ids.js'
import { edge, storeOf, vectors, walk } from './fixtures.js'

/** What becomes of each case, and where that differs from the reference. Every case of the vectors must be here. */
const REFUSED: Readonly<Record<string, { readonly code: ErrorCode; readonly reference: string }>> = {
  'edge-one-key-missing': { code: 'SIGNATURE_INCOMPLETE', reference: 'broadcast it with one input unsigned' },
  'edge-no-matching-key': { code: 'SIGNER_MISMATCH', reference: 'broadcast it unsigned' },
  'edge-hash-mismatch': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
  'edge-input-without-output-info': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
  'edge-mnemonic-wallet-without-index': { code: 'INDEX_INVALID', reference: 'refused it too' },
  'edge-unknown-signature-id': { code: 'WALLET_NOT_FOUND', reference: 'refused it too' },
  'edge-unknown-id-in-signatures': { code: 'WALLET_NOT_FOUND', reference: 'failed with a TypeError' },
  'edge-signatures-entry-without-index': { code: 'INDEX_INVALID', reference: 'refused it too' },
  'edge-index-2147483648': {
    code: 'TRANSACTION_MALFORMED',
    reference: 'derived the hardened child 0 and broadcast it unsigned',
  },
  'edge-wallet-of-other-network': {
    code: 'SIGNER_MISMATCH',
    reference: 'used the mainnet key and broadcast it unsigned',
  },
  'edge-outputs-exceed-inputs': { code: 'TRANSACTION_MALFORMED', reference: 'signed and broadcast it' },
  'edge-uncompressed-or-wrong-network-wif': { code: 'KEY_INVALID', reference: 'signed with the mainnet key' },
  'edge-offchain-no-withdrawalResponses': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
}

/** The reference signs these, and so do we. */
const SIGNED: Readonly<Record<string, string>> = {
  'edge-no-hash-field': 'the hash is optional',
  'edge-offchain-derivationKey-missing':
    'a missing derivation key means child 0, the pool address; the key must match the spent script, so a wrong guess could not sign',
}

describe('odd transactions of BTC', () => {
  it('has a verdict on every case of the vectors', () => {
    const named = [...Object.keys(REFUSED), ...Object.keys(SIGNED)].sort()
    expect(vectors.edge.map(({ name }) => name).sort()).to.deep.equal(named)
  })

  for (const [name, { code, reference }] of Object.entries(REFUSED)) {
    for (const addresses of [true, false]) {
      const wallets = addresses ? 'wallets as we store them' : 'wallets as the reference stored them'
      it(`refuses ${name} as ${code}, with ${wallets} (the reference ${reference})`, async () => {
        const { pending, store, testnet } = edge(name)
        const outcome = await Promise.resolve()
          .then(() => walk(pending, networkOf(testnet), storeOf(store, { addresses })))
          .then(
            () => 'signed',
            (thrown: unknown) => (thrown instanceof KeywardError ? thrown.code : thrown),
          )
        expect(outcome).to.equal(code)
      })
    }
  }

  for (const [name, reason] of Object.entries(SIGNED)) {
    it(`signs ${name} with the bytes of the reference: ${reason}`, async () => {
      const { pending, store, testnet, expected } = edge(name)
      const { signed } = await walk(pending, networkOf(testnet), storeOf(store))
      expect(signed.raw).to.equal(expected.txData)
      expect(signed.txId).to.equal(expected.txid)
    })
  }
})
