import { expect } from 'chai'
import { loadEvm } from '../../../src/chains/evm/index.js'
import { definitions } from '../../../src/chains/evm/definitions.js'
import { newerDefinitions } from '../../../src/chains/evm/newer-definitions.js'
import type { Chain } from '../../../src/core/chain.js'
import { makeWallet, pendingOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import type { Answering } from './fake-lookups.js'
import { prepare, refusal } from './walk.js'

const KEY = `0x${'46'.repeat(32)}`
const YOU = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
/** 100,000 gwei. */
const MOST = 10n ** 14n
const hex = (quantity: bigint): string => `0x${quantity.toString(16)}`

const all = [...new Map([...definitions, ...newerDefinitions].map((one) => [one.code, one])).values()]
const pricedBy = (from: string) => all.filter(({ gasPrice }) => gasPrice.from === from)

/** Prices in wei; the rest of a healthy node. */
const node =
  ({ price = 1n, tip = 1n, base = 1n }, chainId: bigint | undefined): Answering =>
  ({ path, method = '' }) => {
    if (path.includes('/blockchain/fee/')) return { medium: price.toString() }
    if (method.endsWith('_estimateGas')) return hex(30_000n)
    if (/_chainId$/i.test(method)) return hex(chainId ?? 0n)
    if (method.endsWith('_gasPrice')) return hex(price)
    if (method.endsWith('_getTransactionCount') || path.includes('/transaction/count/')) return hex(1n)
    if (method === 'eth_maxPriorityFeePerGas') return hex(tip)
    if (method === 'eth_getBlockByNumber') return { baseFeePerGas: hex(base) }
    return new Error(`${method} ${path} was not expected to be asked`)
  }

const planned = (chain: Chain, answers: Answering) => {
  const wallet = makeWallet({ privateKey: KEY }, 'mainnet', undefined, chain)
  const pending = pendingOf({ to: YOU, value: '1', gas: '30000', nonce: 3 }, wallet)
  return prepare(chain, pending, wallet, new FakeLookups(answers, 'mainnet'))
}

describe('EVM: prices that the network names', () => {
  for (const { code, chainIds } of [...pricedBy('node'), ...pricedBy('fee-service')]) {
    it(`of ${code} are signed up to 100,000 gwei, so that no answer spends the account on fees`, async () => {
      const chain = loadEvm(code)
      const [chainId] = chainIds.mainnet
      expect((await planned(chain, node({ price: MOST }, chainId))).body).to.include({ gasPrice: MOST.toString() })
      for (const price of [MOST + 1n, 10n ** 30n]) {
        const refused = await refusal(() => planned(chain, node({ price }, chainId)))
        expect(refused.code).to.equal('API_REPLY_MALFORMED')
      }
    })
  }

  for (const { code, chainIds } of pricedBy('fee-market')) {
    it(`of ${code} are signed up to 100,000 gwei, base fee and tip alike`, async () => {
      const chain = loadEvm(code)
      const [chainId] = chainIds.mainnet
      const { body } = await planned(chain, node({ tip: MOST, base: MOST }, chainId))
      expect(body).to.include({ maxPriorityFeePerGas: `${MOST}`, maxFeePerGas: `${3n * MOST}` })
      expect((await planned(chain, node({ tip: 0n }, chainId))).body).to.include({ maxPriorityFeePerGas: '0' })
      for (const prices of [{ tip: MOST + 1n }, { base: MOST + 1n }, { base: 0n }]) {
        const refused = await refusal(() => planned(chain, node(prices, chainId)))
        expect(refused.code).to.equal('API_REPLY_MALFORMED')
      }
    })
  }

  it('are those of chains that exist', () => {
    for (const source of ['node', 'fee-service', 'fee-market']) expect(pricedBy(source), source).not.to.be.empty
  })
})
