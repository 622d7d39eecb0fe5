import { expect } from 'chai'
import { SigningKey, Transaction, encodeRlp, keccak256 } from 'ethers'
import fc from 'fast-check'
import { loadEvm } from '../../../src/chains/evm/index.js'
import { transactionOf } from '../../../src/chains/evm/plan.js'
import { intentSummary } from '../../../src/core/intent.js'
import { chainVectorSuite, healthy } from './chain-cases.js'
import type { Walked } from './chain-cases.js'
import { definitionOf, makeWallet, pendingOf, vectorsOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import { descriptors, inputFor, refusal, sign } from './walk.js'

const CUSD = '0x765de816845861e75a25fca122bb6898b8b1282a'
const YOU = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
const chain = loadEvm(definitionOf('CELO').code)

/** A number as RLP wants it. */
const minimal = (number: bigint): string => {
  const digits = number === 0n ? '' : number.toString(16)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}

/**
 * The reference signs a form of twelve fields that Celo stopped taking in March 2025, when it became a layer 2. Nobody could send such bytes, so they are not
 * made here. The vectors still tell which content the reference would have signed: put into the old form, by ethers and this test, the plan has the same bytes.
 */
function expectSameContent({ plan, signed, wallet }: Walked, row: { readonly signedTx: string }): void {
  const transaction = transactionOf(plan)
  const { nonce, gas, to = '0x', value, data, chainId } = transaction
  const token = transaction.type === 'cip64' ? transaction.feeCurrency : '0x'
  const price = 'gasPrice' in transaction ? transaction.gasPrice : transaction.maxFeePerGas
  const fields = [minimal(nonce), minimal(price), minimal(gas), token, '0x', '0x', to, minimal(value), data]
  const key = chain.keys.open(wallet).key(plan.signers[0]?.index)
  const { r, s, yParity } = new SigningKey(key.privateKey).sign(
    keccak256(encodeRlp([...fields, minimal(chainId), '0x', '0x'])),
  )
  const v = chainId * 2n + 35n + BigInt(yParity)
  expect(encodeRlp([...fields, minimal(v), minimal(BigInt(r)), minimal(BigInt(s))])).to.equal(row.signedTx)
  expect(signed.raw).not.to.equal(row.signedTx)
  if (transaction.type === 'cip64') expect(signed.raw).to.match(/^0x7b/)
  else expect(Transaction.from(signed.raw).from?.toLowerCase()).to.equal(key.address)
}

chainVectorSuite(
  {
    code: 'CELO',
    otherwise: healthy('CELO'),
    differs: {
      'gaslimit-hex-zero': {
        because: 'no gas at all is estimated like missing gas; the reference signs what no node takes',
        fields: { gas: '1100000' },
      },
      'gasprice-string-zero': {
        because: 'a price of zero is looked up like a missing one; the reference signs what is never mined',
        fields: { gasPrice: '25000000003' },
      },
      'fee-currency-uppercase': {
        because: 'the lowest price in cUSD does not depend on the letter case of its address',
        fields: { maxFeePerGas: '1000000000', maxPriorityFeePerGas: '1000000000' },
      },
    },
    refused: {
      'gateway-fee': { code: 'TRANSACTION_UNSUPPORTED', says: /"gatewayFee" .* not supported/ },
      'chainid-mismatch': { code: 'TRANSACTION_UNSUPPORTED', says: /42220 does not belong to Celo testnet/ },
      'mnemonic-without-index': { code: 'INDEX_INVALID', says: /names no index/ },
      'bad-checksum-to': { code: 'TRANSACTION_MALFORMED', says: /"to".* not an address/ },
    },
    signed: {
      'decimal-string-value': 'a decimal number means the same everywhere',
      'decimal-string-gaslimit': 'a decimal number means the same everywhere',
      'chainid-string': 'a decimal number means the same everywhere',
      'unknown-key-gas': 'gas is what the other chains call it',
      'eip1559-fields': 'the network of today takes a fee cap and a tip',
      'type-zero': 'the network of today takes Ethereum transactions',
      'data-without-0x': 'the bytes are clear without it',
    },
    shapes: {
      'v1 native fee CUSD': `pay 1.5 CELO to ${YOU}; fee at most 11000000000000000 units of token 0x874069fa1eb16d44d622f2e0ca25eea172369bc1`,
      'v1 native fee CELO': `pay 1 CELO to ${YOU}; fee at most 0.011 CELO`,
      'v1 CUSD transfer': `pay 1000000000000000000 units of token 0x874069fa1eb16d44d622f2e0ca25eea172369bc1 to ${YOU}; fee at most 11000000000000000 units of token 0x874069fa1eb16d44d622f2e0ca25eea172369bc1`,
      'v2 native fee CUSD with fee': `pay 1.5 CELO to ${YOU}; fee at most 800000000000000 units of token 0x874069fa1eb16d44d622f2e0ca25eea172369bc1`,
      'v2 native fee CELO': `pay 1 CELO to ${YOU}; fee at most 0.011 CELO`,
    },
  },
  expectSameContent,
)

describe('CELO: transactions of today', () => {
  for (const { name, signer, tx, signedTx, txHash } of vectorsOf('CELO').standardVectors.vectors) {
    it(`${name}: has the bytes that viem makes`, async () => {
      const wallet = makeWallet(signer, 'mainnet', undefined, chain)
      const pending = pendingOf({ ...tx, type: undefined }, wallet)
      const lookups = new FakeLookups(() => new Error('nothing is open'))
      const plan = await chain.transactions.prepare(inputFor(chain, pending, wallet), lookups)
      const signed = sign(chain, plan, wallet)
      expect(signed).to.deep.equal({ raw: signedTx, txId: txHash })
      chain.transactions.verify(plan, signed)
    })
  }

  const wallet = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'mainnet', undefined, chain)
  const prepared = (fields: Readonly<Record<string, unknown>>, lookups: FakeLookups) =>
    chain.transactions.prepare(inputFor(chain, pendingOf(fields, wallet), wallet), lookups)
  const payment = { chainId: 42_220, to: YOU, value: '0x1', gasLimit: '0x1d8a8', gasPrice: '0x5', nonce: 3 }

  it('a token that pays appears in the fee, and in the question for its price', async () => {
    const lookups = new FakeLookups(healthy('CELO'))
    const { gasPrice: _, ...open } = payment
    const plan = await prepared({ ...open, feeCurrency: CUSD }, lookups)
    expect(lookups.calls.map(({ method, params }) => [method, params])).to.deep.equal([['eth_gasPrice', [CUSD]]])
    const summary = intentSummary(chain.transactions.decode(plan, descriptors(wallet)))
    expect(summary).to.include(`fee at most ${121_000n * 10_000_000_000n} units of token ${CUSD}`)
  })

  it('an estimate sees the token, and gets the margin', async () => {
    const lookups = new FakeLookups(healthy('CELO'))
    const { gasLimit: _, ...open } = payment
    const plan = await prepared({ ...open, feeCurrency: CUSD }, lookups)
    const call = lookups.calls.find(({ method }) => method === 'eth_estimateGas')?.params?.[0]
    expect(call).to.include({ feeCurrency: CUSD, maxFeePerGas: '0x5', value: '0x1' })
    expect(plan.body).to.include({ type: 'cip64', gas: '1100000' })
  })

  it('are refused when the fee is told in two ways, or in a type that has no token', async () => {
    const bad: readonly [Readonly<Record<string, unknown>>, RegExp][] = [
      [{ maxFeePerGas: '5', maxPriorityFeePerGas: '1' }, /"gasPrice".* exclude each other/],
      [{ type: 2 }, /"type".* no fee in a token/],
      [{ feeCurrency: '0x12' }, /"feeCurrency".* not an address/],
    ]
    for (const [fields, says] of bad) {
      const error = await refusal(() =>
        prepared({ ...payment, feeCurrency: CUSD, ...fields }, new FakeLookups(healthy('CELO'))),
      )
      expect(error.message).to.match(says)
    }
  })

  it('on no other chain is a fee in a token passed over in silence', async () => {
    const other = loadEvm(definitionOf('BSC').code)
    const own = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'mainnet', undefined, other)
    const error = await refusal(() =>
      inputFor(other, pendingOf({ to: YOU, value: '1', gas: '21000', feeCurrency: CUSD }, own), own),
    )
    expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('with any changed digit do not pass the check', async () => {
    const plan = await prepared({ ...payment, feeCurrency: CUSD }, new FakeLookups(healthy('CELO')))
    const signed = sign(chain, plan, wallet)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: signed.raw.length - 3 }), fc.integer({ min: 1, max: 15 }), async (place, by) => {
        const at = place + 2
        const digit = ((parseInt(signed.raw.charAt(at), 16) + by) % 16).toString(16)
        const raw = signed.raw.slice(0, at) + digit + signed.raw.slice(at + 1)
        const error = await refusal(() =>
          chain.transactions.verify(plan, { raw, txId: keccak256(raw.length % 2 === 0 ? raw : '0x') }),
        )
        expect(error.code).to.equal('VERIFICATION_FAILED')
      }),
      { numRuns: 100 },
    )
  })
})
