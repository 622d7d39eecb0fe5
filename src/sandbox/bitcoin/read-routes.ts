import { z } from 'zod'
import { formatUnits } from '../../core/amount.js'
import { coinNumber } from '../amounts.js'
import { forbidden, invalidRequest, problem } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { indexText, numberText } from '../schemas.js'
import type { BitcoinChain } from './bitcoin-chain.js'
import { scriptOf } from './scripts.js'
import { balanceJson, coinJson, transactionJson } from './transaction-json.js'

const DECIMALS = 8
const MAX_BATCH = 30
/** Sorts before every block. */
const UNCONFIRMED = Number.MAX_SAFE_INTEGER
/** The ledger has no fee market: the least that nodes relay, in satoshi per byte, is enough at any speed. */
const RELAY_FEE_PER_BYTE = 1

const txHash = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be a transaction id')
  .transform((text) => text.toLowerCase())
const addressParam = z.object({ address: z.string() })

function scriptFor(address: string): Uint8Array {
  const script = scriptOf(address)
  if (script !== undefined) return script
  throw invalidRequest([problem('address', 'isAddress', 'must be a Bitcoin testnet address (tb1, m, n or 2)')])
}

/** Look-ups of the Bitcoin ledger. */
export function bitcoinReadRoutes(chain: BitcoinChain): readonly Route[] {
  return [
    route('GET', '/v3/bitcoin/info', {}, () => {
      const { height, hash } = chain.ledger.tip
      return { chain: 'sandbox', blocks: height, headers: height, bestblockhash: hash, difficulty: 0 }
    }),
    route(
      'GET',
      '/v3/bitcoin/address/balance/batch',
      { query: z.object({ addresses: z.string().transform((list) => list.split(',')) }) },
      ({ query: { addresses } }) => {
        if (addresses.length > MAX_BATCH) {
          throw invalidRequest([problem('addresses', 'arrayMaxSize', `must name at most ${MAX_BATCH} addresses`)])
        }
        return addresses.map((address) => ({ address, ...balanceJson(chain.ledger, scriptFor(address)) }))
      },
    ),
    route('GET', '/v3/bitcoin/address/balance/:address', { params: addressParam }, ({ params }) =>
      balanceJson(chain.ledger, scriptFor(params.address)),
    ),
    route(
      'GET',
      '/v3/bitcoin/address/:xpub/:index',
      { params: z.object({ xpub: z.string(), index: indexText }) },
      ({ params }) => ({ address: chain.deriveAddress(params.xpub, params.index) }),
    ),
    route(
      'GET',
      '/v3/bitcoin/utxo/:hash/:index',
      { params: z.object({ hash: txHash, index: numberText(0xffffffff) }) },
      ({ params: { hash, index } }) => {
        const { ledger } = chain
        const output = ledger.output(hash, index)
        if (output === undefined) throw forbidden('tx.missing', `No such output: ${index} of ${hash}.`)
        if (output.spentBy !== undefined) {
          throw forbidden('tx.hash.index.spent', `The output ${index} of ${hash} is already spent.`)
        }
        return { ...coinJson(ledger, hash, index), height: ledger.transaction(hash)?.height ?? null, hash, index }
      },
    ),
    route(
      'GET',
      '/v3/bitcoin/transaction/address/:address',
      {
        params: addressParam,
        query: z.object({ pageSize: numberText(50), offset: numberText(1_000_000).default(0) }),
      },
      ({ params, query: { pageSize, offset } }) => {
        const { ledger } = chain
        const received = ledger.outputsOf(scriptFor(params.address))
        const txIds = [
          ...new Set(received.flatMap(({ txId, spentBy }) => (spentBy === undefined ? [txId] : [txId, spentBy]))),
        ]
        const newestFirst = txIds
          .flatMap((txId) => ledger.transaction(txId) ?? [])
          .sort((one, other) => (other.height ?? UNCONFIRMED) - (one.height ?? UNCONFIRMED))
        return newestFirst.slice(offset, offset + pageSize).map((entry) => transactionJson(entry, ledger))
      },
    ),
    route('GET', '/v3/bitcoin/transaction/:hash', { params: z.object({ hash: txHash }) }, ({ params: { hash } }) => {
      const entry = chain.ledger.transaction(hash)
      if (entry === undefined) throw forbidden('tx.missing', `No such transaction: ${hash}.`)
      return transactionJson(entry, chain.ledger)
    }),
    route('GET', '/v3/blockchain/fee/BTC', {}, () => {
      const { height, time } = chain.ledger.tip
      const rate = RELAY_FEE_PER_BYTE
      return { fast: rate, medium: rate, slow: rate, time: new Date(time * 1000).toISOString(), block: String(height) }
    }),
    route(
      'GET',
      '/v4/data/utxos',
      {
        query: z.object({
          chain: z.literal('bitcoin-testnet'),
          address: z.string(),
          totalValue: z.string().optional(),
        }),
      },
      ({ query: { address } }) =>
        chain.ledger.unspent(scriptFor(address)).map(({ txId, index, satoshis }) => ({
          chain: 'bitcoin-testnet',
          address,
          txHash: txId,
          index,
          value: coinNumber(satoshis, DECIMALS),
          valueAsString: formatUnits(satoshis, DECIMALS),
        })),
    ),
  ]
}
