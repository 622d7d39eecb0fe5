import { expect } from 'chai'
import { Transaction } from 'ethers'
import type { ErrorCode } from '../../../src/core/errors.js'
import { intentSummary } from '../../../src/core/intent.js'
import { makeWallet, newChain, pendingOf, vectors, walletOf } from './evm-vectors.js'
import type { EvmCase } from './evm-vectors.js'
import { FakeLookups, quietNetwork, recorded } from './fake-lookups.js'
import { descriptors, inputFor, refusal, sign } from './walk.js'

/** read -> accounts -> prepare -> decode -> sign -> verify, with the recorded answers of the network. */
async function walk(row: EvmCase) {
  const chain = newChain()
  const { transactions } = chain
  const wallet = walletOf(row)
  const lookups = new FakeLookups(recorded(row.http))
  const input = inputFor(chain, row.pending, wallet)
  const accounts = transactions.accounts(input)
  const plan = await transactions.prepare(input, lookups)
  const intent = transactions.decode(plan, descriptors(wallet))
  const signed = sign(chain, plan, wallet)
  transactions.verify(plan, signed)
  return { accounts, plan, intent, signed, lookups }
}

describe('Ethereum: golden vectors', () => {
  describe("every signed transaction has the reference's bytes and hash", () => {
    for (const row of vectors.signing) {
      it(`${row.name}: ${row.note}`, async () => {
        const { accounts, plan, signed, lookups } = await walk(row)
        expect(signed).to.deep.equal({ raw: row.signedTx, txId: row.txHash })
        expect(accounts).to.deep.equal([row.signer.address])
        expect(plan.signers).to.deep.equal([
          {
            signatureId: row.pending.hashes[0] ?? row.pending.signatures[0]?.id,
            ...(row.signer.index === undefined ? {} : { index: row.signer.index }),
            address: row.signer.address,
          },
        ])
        expect(plan.withdrawalId).to.equal(row.broadcast.body['withdrawalId'])
        // With a gasLimit the reference asks for an estimate and does not use it; nobody asks here.
        const needless = row.name === 'gaslimit-hex-instead-of-gas' ? 1 : 0
        expect(lookups.calls.length).to.equal(row.http.length - needless)
      })
    }
  })

  describe('what the reference rejects', () => {
    const refused: Readonly<Record<string, { code: ErrorCode; says: RegExp }>> = {
      'deploy-gas-below-intrinsic': { code: 'TRANSACTION_MALFORMED', says: /53000 gas and needs at least 53306/ },
      'bad-checksum-to': { code: 'TRANSACTION_MALFORMED', says: /"to".* not an address/ },
      'fractional-value': { code: 'TRANSACTION_MALFORMED', says: /"value".* not a whole number/ },
      'mnemonic-without-index': { code: 'INDEX_INVALID', says: /names no index/ },
      'string-chainid-hex': { code: 'TRANSACTION_MALFORMED', says: /"chainId".* not a decimal number/ },
    }
    /** Valid transactions that only the reference cannot handle (docs/adr/0007-evm-transactions.md). */
    const signed: Readonly<Record<string, string>> = {
      withdrawal: "the reference signs it and then refuses its own broadcast's body",
      'withdrawal-minimal': "the reference signs it and then refuses its own broadcast's body",
      'eip1559-fields': 'the reference adds a gas price, which EIP-1559 excludes',
      'eip1559-fields-and-type': 'the reference adds a gas price, which EIP-1559 excludes',
    }

    for (const row of vectors.rejected) {
      const expected = refused[row.name]
      if (expected) {
        it(`${row.name}: refused here too`, async () => {
          const error = await refusal(() => walk(row))
          expect(error.code).to.equal(expected.code)
          expect(error.message).to.match(expected.says)
        })
      } else {
        it(`${row.name}: signed here, because ${signed[row.name] ?? '(no reason is known)'}`, async () => {
          expect(signed).to.have.property(row.name)
          const chainId = { method: 'POST', url: '{TATUM_API_URL}/v3/ethereum/web3/stub-api-key' }
          const answer = { ...chainId, body: { method: 'eth_chainId', params: [] } }
          const http = [...row.http, { ...answer, response: { status: 200, body: { result: '0xaa36a7' } } }]
          const result = await walk({ ...row, http })
          const parsed = Transaction.from(result.signed.raw)
          const fields = JSON.parse(row.pending.serializedTransaction) as Record<string, string>
          expect(parsed.from?.toLowerCase()).to.equal(result.accounts[0])
          expect(parsed.value.toString()).to.equal(fields['value'])
          expect(parsed.type).to.equal('maxFeePerGas' in fields ? 2 : 0)
          expect(parsed.maxFeePerGas?.toString()).to.equal(fields['maxFeePerGas'])
          expect(parsed.maxPriorityFeePerGas?.toString()).to.equal(fields['maxPriorityFeePerGas'])
        })
      }
    }
  })

  describe('EIP-1559 transactions have the bytes that ethers and viem make', () => {
    for (const { name, signer, tx, signedTx, txHash } of vectors.standardVectors.vectors) {
      it(name, async () => {
        const chain = newChain()
        const wallet = makeWallet(signer, 'testnet')
        const { gasLimit, ...fields } = tx
        const pending = pendingOf({ from: 0, ...fields, gas: gasLimit }, wallet)
        const lookups = new FakeLookups(quietNetwork())
        const plan = await chain.transactions.prepare(inputFor(chain, pending, wallet), lookups)
        expect(sign(chain, plan, wallet)).to.deep.equal({ raw: signedTx, txId: txHash })
        expect(lookups.calls).to.be.empty
      })
    }
  })

  describe('what the reference builds for a signatureId is read and explained', () => {
    const expected: Readonly<Record<string, string>> = {
      'native with fee and nonce': 'pay 1.5 ETH to 0x687422eea2cb73b5d3e242ba5456b782919afc85; fee at most 0.0008 ETH',
      'native minimal': 'pay 1 ETH to 0x687422eea2cb73b5d3e242ba5456b782919afc85; fee at most 0.00106428 ETH',
      'native with data':
        'call 0x68656c6c on 0x687422eea2cb73b5d3e242ba5456b782919afc85 (5 bytes) with 1 ETH; fee at most 0.00106428 ETH; NOT DECODED: what the call 0x68656c6c with 5 bytes does',
      'erc20 custom':
        'pay 10000000000000000000 units of token 0x2260fac5e5542a773aa44fbcfedf7c193bc2c599 to 0x687422eea2cb73b5d3e242ba5456b782919afc85; fee at most 0.0008 ETH',
      'deploy erc20':
        'create a contract (242 bytes) with 0 ETH; fee at most 0.02 ETH; NOT DECODED: what the 242 bytes of code do',
    }
    // The recording leaves out the middle of the code and puts an ellipsis there.
    for (const [name, shape] of Object.entries(vectors.producerShapes.shapes)) {
      it(name, async () => {
        const chain = newChain()
        const wallet = makeWallet({ privateKey: '0x'.padEnd(66, '46') }, 'testnet')
        const lookups = new FakeLookups((call) =>
          call.method === 'eth_estimateGas' && name === 'deploy erc20' ? '0xf4240' : quietNetwork()(call),
        )
        const plan = await chain.transactions.prepare(
          inputFor(chain, pendingOf(shape.replace('…', ''), wallet), wallet),
          lookups,
        )
        expect(intentSummary(chain.transactions.decode(plan, descriptors(wallet)))).to.equal(expected[name])
      })
    }
  })
})
