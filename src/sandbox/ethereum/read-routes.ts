import { z } from 'zod'
import { formatUnits } from '../../core/amount.js'
import { amountText } from '../amounts.js'
import { ApiError, forbidden } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { indexText } from '../schemas.js'
import type { EthereumChain } from './ethereum-chain.js'
import { NodeError, quantity, toQuantity } from './json-rpc.js'
import { ETHER_DECIMALS, ethereumAddress, hashParam } from './schemas.js'
import { transactionJson } from './transaction-json.js'
import { hexData } from './web3-json.js'

const addressParam = z.object({ address: ethereumAddress })
const latestBlock = z.object({ number: quantity, timestamp: quantity, baseFeePerGas: quantity })

/** Look-ups of the Ethereum node. */
export function ethereumReadRoutes(chain: EthereumChain): readonly Route[] {
  const ask = <T>(method: string, params: readonly unknown[], schema: z.ZodType<T>) =>
    chain.rpc.call(method, params, schema)
  return [
    route(
      'GET',
      '/v3/ethereum/address/:xpub/:index',
      { params: z.object({ xpub: z.string(), index: indexText }) },
      ({ params }) => ({ address: chain.deriveAddress(params.xpub, params.index) }),
    ),
    route('GET', '/v3/ethereum/account/balance/:address', { params: addressParam }, async ({ params }) => {
      const wei = await ask('eth_getBalance', [params.address, 'latest'], quantity)
      return { balance: formatUnits(wei, ETHER_DECIMALS) }
    }),
    // Transactions that wait for a block count too: the next nonce is what callers ask for.
    route('GET', '/v3/ethereum/transaction/count/:address', { params: addressParam }, async ({ params }) =>
      Number(await ask('eth_getTransactionCount', [params.address, 'pending'], quantity)),
    ),
    route('GET', '/v3/ethereum/transaction/:hash', { params: hashParam }, async ({ params: { hash } }) => {
      const transaction = await transactionJson(chain.rpc, hash)
      if (transaction === undefined) throw new ApiError(404, 'tx.not.found', `No such transaction: ${hash}.`)
      return transaction
    }),
    route('GET', '/v3/ethereum/block/current', {}, () => chain.height()),
    route('GET', '/v3/blockchain/fee/ETH', {}, async () => {
      const block = await ask('eth_getBlockByNumber', ['latest', false], latestBlock)
      const price = await ask('eth_gasPrice', [], quantity)
      return {
        fast: Number(price * 2n),
        medium: Number((price * 3n) / 2n),
        slow: Number(price),
        baseFee: Number(block.baseFeePerGas),
        time: new Date(Number(block.timestamp) * 1000).toISOString(),
        block: String(block.number),
      }
    }),
    route(
      'POST',
      '/v3/ethereum/gas',
      {
        body: z.object({
          from: ethereumAddress,
          to: ethereumAddress,
          amount: amountText(ETHER_DECIMALS).optional(),
          data: z.string().max(50_000).optional(),
        }),
      },
      async ({ body: { from, to, amount = 0n, data } }) => {
        const call = { from, to, value: toQuantity(amount), ...(data === undefined ? {} : { data: hexData(data) }) }
        try {
          const gasLimit = String(await ask('eth_estimateGas', [call], quantity))
          return { gasLimit, gasPrice: String(await ask('eth_gasPrice', [], quantity)) }
        } catch (thrown) {
          throw thrown instanceof NodeError ? forbidden('eth.transaction.gas', thrown.message) : thrown
        }
      },
    ),
  ]
}
