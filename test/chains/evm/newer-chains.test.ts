import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { HDNodeWallet, Transaction, Wallet } from 'ethers'
import type { TransactionLike } from 'ethers'
import { loadEvm } from '../../../src/chains/evm/index.js'
import { definitions } from '../../../src/chains/evm/definitions.js'
import { newerDefinitions } from '../../../src/chains/evm/newer-definitions.js'
import { networkOf } from '../../../src/core/ids.js'
import type { Network } from '../../../src/core/ids.js'
import { intentSummary } from '../../../src/core/intent.js'
import { chainKeysSuite } from '../../kit/chain-suite.js'
import type { WalletKeyVector } from '../../kit/chain-suite.js'
import { makeWallet, pendingOf, vectors } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import type { Answering } from './fake-lookups.js'
import { descriptors, inputFor, refusal, sign } from './walk.js'

/** There is no golden data for these chains: ethers is the witness for keys and bytes, a real node (other-nodes.test.ts) for what a network takes. */

const KEY = `0x${'46'.repeat(32)}`
const YOU = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
const HASH = `0x${'ab'.repeat(32)}`

/** The keys that ethers derives below m/44'/60'/0'/0, and below coin type 1 on testnets. */
const witnessed = (mnemonic: string, testnet: boolean): WalletKeyVector => {
  const account = HDNodeWallet.fromPhrase(mnemonic, undefined, `m/44'/${testnet ? 1 : 60}'/0'/0`)
  const keys = [0, 1, 2_147_483_647].map((index) => {
    const { address, privateKey } = account.deriveChild(index)
    return { index, address: address.toLowerCase(), privateKey }
  })
  return { mnemonic, testnet, xpub: account.neuter().extendedKey, keys }
}

const idOf = (chainIds: Readonly<Record<Network, readonly bigint[]>>, network: Network): bigint =>
  chainIds[network][0] ?? 0n

/** A healthy node of the gateway. */
const node =
  (chainId: bigint): Answering =>
  ({ path, method }) => {
    switch (method) {
      case 'eth_chainId':
        return `0x${chainId.toString(16)}`
      case 'eth_estimateGas':
        return '0x5333'
      case 'eth_gasPrice':
        return '0x3b9aca00'
      case 'eth_maxPriorityFeePerGas':
        return '0x5f5e100'
      case 'eth_getBlockByNumber':
        return { number: '0x10', baseFeePerGas: '0x3b9aca00' }
      case 'eth_getTransactionCount':
        return '0x7'
      default:
        return new Error(`${method ?? path} was not expected to be asked`)
    }
  }

describe('the names of these chains', () => {
  it('stand nowhere but in the room of the chains: a definition is all there is', () => {
    const source = fileURLToPath(new URL('../../../src/', import.meta.url))
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.startsWith(`chains${sep}`),
    )
    expect(files.length).to.be.greaterThan(100)
    // "Base" and "S" are words of their own.
    const names = newerDefinitions.flatMap(({ code, name }) => [code, ...name.split(' ')])
    const own = names.filter((name) => name.length > 2 && !['Base', 'One', 'Chain', 'C-Chain'].includes(name))
    const pattern = new RegExp(`\\b(${own.join('|')})\\b`, 'i')
    for (const file of files) expect(readFileSync(join(source, file), 'utf8'), file).not.to.match(pattern)
  })
})

for (const definition of newerDefinitions) {
  const { code, chainIds, rpcPath, l1DataFee, coinSymbol } = definition
  const chain = loadEvm(code)
  const phrases = [...new Set(vectors.wallets.map(({ mnemonic }) => mnemonic))]

  chainKeysSuite(
    chain,
    [false, true].flatMap((testnet) => phrases.map((mnemonic) => witnessed(mnemonic, testnet))),
  )

  for (const network of ['mainnet', 'testnet'] as const) {
    const wallet = makeWallet({ privateKey: KEY }, network, undefined, chain)
    const chainId = idOf(chainIds, network)
    const lookups = (id = chainId) => new FakeLookups(node(id), network)
    const plan = (fields: object, asked = lookups()) =>
      chain.transactions.prepare(inputFor(chain, pendingOf({ from: 0, to: YOU, ...fields }, wallet), wallet), asked)

    describe(`${code} ${network}`, () => {
      const cases: readonly { what: string; given: object; becomes: TransactionLike }[] = [
        {
          what: 'a legacy transaction',
          given: { value: '1500000000000000000', gas: '30000', gasPrice: '20000000000', nonce: 3 },
          becomes: {
            type: 0,
            value: 1_500_000_000_000_000_000n,
            gasLimit: 30_000n,
            gasPrice: 20_000_000_000n,
            nonce: 3,
          },
        },
        {
          what: 'a transaction with a fee cap',
          given: {
            gas: '90000',
            maxFeePerGas: '2000000000',
            maxPriorityFeePerGas: '1000000',
            nonce: '0x9',
            data: '0xa9059cbb',
          },
          becomes: {
            type: 2,
            gasLimit: 90_000n,
            maxFeePerGas: 2_000_000_000n,
            maxPriorityFeePerGas: 1_000_000n,
            nonce: 9,
            data: '0xa9059cbb',
          },
        },
        {
          what: 'a transaction that leaves all but the payment open',
          given: { value: '0x1' },
          becomes: {
            type: 2,
            value: 1n,
            gasLimit: 0x5333n,
            maxFeePerGas: 2_100_000_000n,
            maxPriorityFeePerGas: 100_000_000n,
            nonce: 7,
          },
        },
        {
          what: 'a transaction that asks for a price, and for the next nonce by the number 0',
          given: { value: '1', type: 0, nonce: 0 },
          becomes: { type: 0, value: 1n, gasLimit: 0x5333n, gasPrice: 1_000_000_000n, nonce: 7 },
        },
      ]
      for (const { what, given, becomes } of cases) {
        it(`signs ${what} to the bytes that ethers makes of it`, async () => {
          const prepared = await plan(given)
          const signed = sign(chain, prepared, wallet)
          chain.transactions.verify(prepared, signed)
          const expected = await new Wallet(KEY).signTransaction({ ...becomes, to: YOU, chainId })
          expect(signed).to.deep.equal({ raw: expected, txId: Transaction.from(expected).hash })
        })
      }

      it('asks the gateway of this network, and no other', async () => {
        const asked = lookups()
        await plan({ value: '1' }, asked)
        expect(new Set(asked.calls.map(({ path }) => path))).to.deep.equal(new Set([rpcPath[network]]))
      })

      it('plans nothing when the node is one of another chain, whoever named the right one', async () => {
        const others = definitions.filter((other) => other.code !== code).map((other) => idOf(other.chainIds, network))
        const otherNetwork = idOf(chainIds, networkOf(network === 'mainnet'))
        for (const wrong of [otherNetwork, ...others, 0n]) {
          for (const named of [{}, { chainId: Number(chainId) }]) {
            const error = await refusal(() => plan({ value: '1', ...named }, lookups(wrong)))
            expect(error.code).to.equal('API_REPLY_MALFORMED')
            expect(error.message).to.include(`chain ${wrong}`)
          }
        }
      })

      it('refuses a transaction for another chain before anything is asked', async () => {
        const asked = lookups()
        const error = await refusal(() => plan({ value: '1', chainId: 1 }, asked))
        expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
        expect(asked.calls).to.deep.equal([])
      })

      it('says what the fee is bound by, and what it is not', async () => {
        const { fee, ...intent } = chain.transactions.decode(await plan({ value: '1' }), descriptors(wallet))
        expect(fee.amount).to.equal(0x5333n * 2_100_000_000n)
        expect(fee.beside !== undefined).to.equal(l1DataFee === true)
        const text = intentSummary({ ...intent, fee })
        expect(text).to.match(
          new RegExp(`^pay 0.000000000000000001 ${coinSymbol ?? code} to ${YOU}; fee at most 0.0000`),
        )
        expect(text.includes('its data costs on Ethereum')).to.equal(l1DataFee === true)
      })
    })
  }

  describe(`${code}: the node`, () => {
    const wallet = makeWallet({ privateKey: KEY }, 'testnet', undefined, chain)
    const testnetId = idOf(chainIds, 'testnet')

    it('is the one that the configuration names, and the API is not asked', async () => {
      const lookups = new FakeLookups(() => new Error('the API was asked'), 'testnet')
      const bodies: unknown[] = []
      lookups.ownNode = (body) => {
        bodies.push(body)
        return { jsonrpc: '2.0', id: 1, result: node(testnetId)(body as { path: string }) }
      }
      const input = inputFor(chain, pendingOf({ to: YOU, value: '1' }, wallet), wallet)
      const plan = await chain.transactions.prepare(input, lookups)
      expect(plan.body).to.include({ type: 'eip1559', chainId: testnetId.toString() })
      expect(bodies).to.deep.include({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
    })

    it('tells whether a transaction is known; nonsense and failures are no answer', async () => {
      const find = (reply: unknown) => chain.transactions.find(HASH, new FakeLookups(() => reply))
      expect(await find({ hash: HASH.toUpperCase().replace('0X', '0x') })).to.equal(true)
      expect(await find(null)).to.equal(false)
      expect(await find({ hash: `0x${'cd'.repeat(32)}` })).to.equal(false)
      expect((await refusal(() => find({}))).code).to.equal('API_REPLY_MALFORMED')
      expect((await refusal(() => find('x'))).code).to.equal('API_REPLY_MALFORMED')
    })

    it('that has no fee market gets no transaction without a price', async () => {
      const answer: Answering = (call) =>
        call.method === 'eth_getBlockByNumber' ? { number: '0x10' } : node(testnetId)(call)
      const input = inputFor(chain, pendingOf({ to: YOU, value: '1' }, wallet), wallet)
      const error = await refusal(() => chain.transactions.prepare(input, new FakeLookups(answer)))
      expect(error.code).to.equal('API_REPLY_MALFORMED')
    })
  })
}
