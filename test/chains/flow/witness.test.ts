import { encodeTransactionEnvelope, encodeTransactionPayload, encodeTxIdFromVoucher } from '@onflow/sdk'
import { expect } from 'chai'
import fc from 'fast-check'
import { envelopeMessage, payloadMessage, transactionId } from '../../../src/chains/flow/encoding.js'
import type { AccountSignature, FlowTransaction, Signatures } from '../../../src/chains/flow/encoding.js'

/** The encoding of the network's own library says the same about every transaction. */

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'))
const index = fc.integer({ min: 0, max: 100_000 })
const argument = fc.record({ type: fc.constantFrom('String', 'Int', 'Address'), value: fc.string({ unit: 'binary' }) })
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 })

const transactions: fc.Arbitrary<FlowTransaction> = fc
  .record({
    script: fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
    arguments: fc.array(
      argument.map((value) => JSON.stringify(value)),
      { maxLength: 5 },
    ),
    referenceBlockId: hex(32),
    gasLimit: fc.integer({ min: 1, max: 9999 }),
    proposer: fc.record({
      address: hex(8),
      keyIndex: index,
      // Up to where the other library's numbers are exact.
      sequenceNumber: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
    }),
    payer: hex(8),
    authorizer: hex(8),
    samePayer: fc.boolean(),
  })
  .map(({ samePayer, ...transaction }) => ({
    ...transaction,
    payer: samePayer ? transaction.proposer.address : transaction.payer,
  }))

const theirSignatures = (signatures: readonly AccountSignature[]) =>
  signatures.map(({ address, keyIndex, signature: bytes }) => ({
    address,
    keyId: keyIndex,
    sig: Buffer.from(bytes).toString('hex'),
  }))

function theirs(transaction: FlowTransaction, { payload, envelope }: Signatures) {
  const { script, referenceBlockId, gasLimit, proposer, payer, authorizer } = transaction
  return {
    cadence: script,
    refBlock: referenceBlockId,
    computeLimit: gasLimit,
    arguments: transaction.arguments.map((text) => JSON.parse(text) as { type: string; value: string }),
    proposalKey: {
      address: proposer.address,
      keyId: proposer.keyIndex,
      sequenceNum: Number(proposer.sequenceNumber),
    },
    payer,
    authorizers: [authorizer],
    payloadSigs: theirSignatures(payload),
    envelopeSigs: theirSignatures(envelope),
  }
}

describe("Flow: the encoding of the network's own library", () => {
  it('has the same payload, envelope and id for any transaction, whoever signs in whatever order', () => {
    fc.assert(
      fc.property(
        transactions,
        index,
        index,
        signature,
        signature,
        fc.boolean(),
        (transaction, one, two, r, s, turned) => {
          const proposed = {
            address: transaction.proposer.address,
            keyIndex: transaction.proposer.keyIndex,
            signature: r,
          }
          const authorized = { address: transaction.authorizer, keyIndex: one, signature: s }
          const payload = turned ? [authorized, proposed] : [proposed, authorized]
          const signatures = { payload, envelope: [{ address: transaction.payer, keyIndex: two, signature: r }] }
          const other = theirs(transaction, signatures)
          expect(payloadMessage(transaction).toString('hex')).to.equal(encodeTransactionPayload(other))
          expect(envelopeMessage(transaction, payload).toString('hex')).to.equal(encodeTransactionEnvelope(other))
          expect(transactionId(transaction, signatures)).to.equal(encodeTxIdFromVoucher(other))
        },
      ),
    )
  })
})
