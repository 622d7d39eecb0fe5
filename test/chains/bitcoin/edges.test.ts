import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { networkOf } from '../../../src/core/ids.js'
import { FamilyMember } from './family.js'

/** What becomes of the odd cases of a chain, and where that differs from the reference. Every case of the vectors must be named once. */
interface Verdicts {
  readonly refused: Readonly<Record<string, { readonly code: ErrorCode; readonly reference: string }>>
  /** Signed by the reference and by us, with the same bytes. */
  readonly signed: Readonly<Record<string, string>>
  /** Refused by the reference and signed by us. */
  readonly signedHere: Readonly<Record<string, string>>
}

/** LTC differs from BTC in nothing but prefixes, so its cases are the same. */
const bitcoin: Verdicts = {
  refused: {
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
  },
  signed: {
    'edge-no-hash-field': 'the hash is optional',
    'edge-offchain-derivationKey-missing':
      'a missing derivation key means child 0, the pool address; the key must match the spent script, so a wrong guess could not sign',
  },
  signedHere: {},
}

const dogecoin: Verdicts = {
  refused: {
    'edge-fee-too-large-no-change': {
      code: 'TRANSACTION_UNSUPPORTED',
      reference: 'refused it too: 50 DOGE that nobody named as the fee are forgotten change',
    },
    'edge-fee-different': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
    'edge-outputs-exceed-inputs': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
    'edge-one-key-missing': { code: 'SIGNATURE_INCOMPLETE', reference: 'refused it too' },
    'edge-hash-mismatch': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
    'edge-p2sh-input': { code: 'TRANSACTION_UNSUPPORTED', reference: 'refused it too' },
    'edge-unknown-signature-id': { code: 'WALLET_NOT_FOUND', reference: 'refused it too' },
    'edge-offchain-one-key-missing': {
      code: 'SIGNATURE_INCOMPLETE',
      reference: 'broadcast it with one input unsigned',
    },
  },
  signed: {},
  signedHere: {
    'edge-dust-output': 'nodes relay outputs far below 1 DOGE',
    'edge-fee-too-large-with-change':
      'a fee that the request names, with its change, is what the requester wants to pay',
    'edge-fee-too-small': 'the smallest fee is for nodes to say, and theirs has fallen before',
  },
}

const bitcoinCash: Verdicts = {
  refused: {
    'edge-too-many-keys': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
    'edge-absurd-fee': { code: 'TRANSACTION_UNSUPPORTED', reference: 'refused it too' },
    'edge-wrong-network-wif': { code: 'KEY_INVALID', reference: 'refused it too' },
    'edge-unknown-signature-id': { code: 'WALLET_NOT_FOUND', reference: 'refused it too' },
    'edge-no-amounts': { code: 'TRANSACTION_MALFORMED', reference: 'refused it too' },
  },
  signed: {
    'edge-key-order-swapped':
      'the request holds no spent scripts, so nothing tells that the order is wrong; nodes refuse such a signature, and nothing is lost',
  },
  signedHere: {
    'edge-same-key-two-inputs': 'two outputs of one address are spent by naming its key twice',
    'edge-same-key-nonadjacent': 'keys are taken as they are named, A B A',
    'edge-missing-key': 'one key alone is meant for all inputs; if it were the wrong one, nodes would refuse it',
  },
}

const CHAINS: Readonly<Record<string, Verdicts>> = { BTC: bitcoin, LTC: bitcoin, DOGE: dogecoin, BCH: bitcoinCash }

for (const [code, { refused, signed, signedHere }] of Object.entries(CHAINS)) {
  const member = await FamilyMember.load(code)

  describe(`odd transactions of ${code}`, () => {
    it('has a verdict on every case of the vectors', () => {
      const named = [refused, signed, signedHere].flatMap((verdicts) => Object.keys(verdicts)).sort()
      expect(member.vectors.edge.map(({ name }) => name).sort()).to.deep.equal(named)
    })

    for (const [name, { code: refusal, reference }] of Object.entries(refused)) {
      for (const addresses of [true, false]) {
        const wallets = addresses ? 'wallets as we store them' : 'wallets as the reference stored them'
        it(`refuses ${name} as ${refusal}, with ${wallets} (the reference ${reference})`, async () => {
          const { pending, store, testnet } = member.edge(name)
          const outcome = await Promise.resolve()
            .then(() => member.walk(pending, networkOf(testnet), member.storeOf(store, { addresses })))
            .then(
              () => 'signed',
              (thrown: unknown) => (thrown instanceof KeywardError ? thrown.code : thrown),
            )
          expect(outcome).to.equal(refusal)
        })
      }
    }

    for (const [name, reason] of Object.entries(signed)) {
      it(`signs ${name} with the bytes of the reference: ${reason}`, async () => {
        const { pending, store, testnet, expected } = member.edge(name)
        const walked = await member.walk(pending, networkOf(testnet), member.storeOf(store))
        expect(walked.signed.raw).to.equal(expected.txData)
        expect(walked.signed.txId).to.equal(expected.txid)
      })
    }

    for (const [name, reason] of Object.entries(signedHere)) {
      it(`signs ${name}, which the reference refuses: ${reason}`, async () => {
        const { pending, store, testnet, expected } = member.edge(name)
        expect(expected.txData).to.equal(undefined)
        await member.walk(pending, networkOf(testnet), member.storeOf(store))
      })
    }
  })
}
