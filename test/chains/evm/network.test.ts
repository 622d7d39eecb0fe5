import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { RejectionMeaning } from '../../../src/core/chain.js'
import { newChain } from './evm-vectors.js'
import { FakeLookups, notFound } from './fake-lookups.js'
import { refusal } from './walk.js'

const HASH = `0x${'ab'.repeat(32)}`

describe('Ethereum: does the network know a transaction?', () => {
  const find = (answer: unknown): Promise<boolean> => newChain().transactions.find(HASH, new FakeLookups(() => answer))

  it('yes, when the API shows it by its hash, mined or not', async () => {
    const lookups = new FakeLookups(() => ({
      transactionHash: HASH.toUpperCase().replace('0X', '0x'),
      blockNumber: null,
    }))
    expect(await newChain().transactions.find(HASH, lookups)).to.equal(true)
    expect(lookups.calls).to.deep.equal([{ path: `/v3/ethereum/transaction/${HASH}` }])
  })

  it('no, when the API says that there is none', async () => {
    expect(await find(notFound('/'))).to.equal(false)
  })

  it('no, when the API shows another one', async () => {
    expect(await find({ transactionHash: `0x${'cd'.repeat(32)}` })).to.equal(false)
  })

  it('is not answered by a failure or nonsense', async () => {
    const failures = [
      new KeywardError('API_REFUSED', 'no credits', { context: { status: 403 } }),
      new KeywardError('API_UNREACHABLE', 'down'),
    ]
    for (const failure of failures) expect(await refusal(() => find(failure))).to.equal(failure)
    for (const nonsense of [null, {}, 'x', []]) {
      expect((await refusal(() => find(nonsense))).code).to.equal('API_REPLY_MALFORMED')
    }
  })
})

describe("Ethereum: a node's words of refusal", () => {
  const meanings: Readonly<Record<RejectionMeaning, readonly string[]>> = {
    'already-known': [
      'already known',
      'AlreadyKnown',
      `known transaction: ${HASH}`,
      'Known transaction',
      'transaction already imported',
      'Transaction with the same hash was already imported.',
      'existing tx with same hash',
      'Broadcast of the transaction failed. Reason: already known',
    ],
    // Perhaps these very bytes are what used up the nonce, or what is in the way goes again.
    unknown: [
      'nonce too low',
      'nonce too low: next nonce 5, tx nonce 4',
      'nonce too low: address 0xf39F, tx: 4 state: 5; insufficient funds for gas * price + value',
      'nonce too high',
      'OldNonce, Current nonce: 5, nonce of rejected tx: 4',
      'NonceGap, Future nonce. Expected nonce: 5',
      'replacement transaction underpriced',
      'could not replace existing tx',
      'ReplacementNotAllowed',
      'transaction underpriced',
      'transaction underpriced: tip needed 1, tip permitted 0',
      'max fee per gas less than block base fee: address 0xf39F, maxFeePerGas: 1, baseFee: 7',
      'txpool is full',
      'FeeTooLowToCompete',
      'Upfront cost exceeds account balance',
      'invalid chain id for signer: have 1 want 11155111',
      'invalid sender',
      'unknown transaction',
      'Unable to find valid subscription',
      'Internal server error',
      'request timeout; insufficient funds for gas * price + value',
      '',
    ],
    rejected: [
      'insufficient funds for gas * price + value',
      'insufficient funds for gas * price + value: balance 5, tx cost 21000, overshot 20995',
      'Insufficient funds for gas * price + value',
      'Broadcast of the transaction failed. Reason: insufficient funds for gas * price + value: address 0xf39F have 0 want 5',
      'intrinsic gas too low: gas 20999, minimum needed 21000',
      'intrinsic gas too low',
      'insufficient gas for floor data gas cost: gas 21000, minimum needed 22000',
      'exceeds block gas limit',
      'transaction gas limit too high (cap: 16777216, tx: 30000000)',
      'tx fee (2.10 ether) exceeds the configured cap (1.00 ether)',
      'oversized data: transaction size 200000, limit 131072',
      'max initcode size exceeded: code size 50000, limit 49152',
      'transaction type not supported',
    ],
  }
  for (const [meaning, messages] of Object.entries(meanings)) {
    it(`mean "${meaning}"`, () => {
      for (const message of messages) expect(newChain().transactions.rejection(message), message).to.equal(meaning)
    })
  }
})
