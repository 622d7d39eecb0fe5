import type { ChainLookups } from '../../core/chain.js'
import type { EvmDefinition } from './definition.js'
import type { FixedFees } from './plan.js'
import { askNode } from './node.js'
import {
  baseFeeReply,
  feeReply,
  gasStationReply,
  parseReply,
  positiveQuantityReply,
  priceReply,
  tipReply,
} from './replies.js'
import type { RequestedFees } from './requested-fees.js'

const GWEI = 10n ** 9n

/** What the requester left open about the fee, as the chain wants it looked up. @throws KeywardError API_* */
export async function fixFees(
  definition: EvmDefinition,
  fees: RequestedFees,
  lookups: ChainLookups,
): Promise<FixedFees> {
  switch (fees.type) {
    case 'legacy':
    case 'eip2930':
    case 'kaia':
      return { ...fees, gasPrice: fees.gasPrice ?? (await gasPriceOf(definition, lookups)) }
    case 'eip1559': {
      const { maxFeePerGas, maxPriorityFeePerGas } = fees
      if (maxFeePerGas !== undefined && maxPriorityFeePerGas !== undefined) {
        return { ...fees, maxFeePerGas, maxPriorityFeePerGas }
      }
      return { ...fees, ...(await marketFees(definition, lookups)) }
    }
    case 'cip64': {
      const { maxFeePerGas, maxPriorityFeePerGas } = fees
      if (maxFeePerGas !== undefined && maxPriorityFeePerGas !== undefined) {
        return { ...fees, maxFeePerGas, maxPriorityFeePerGas }
      }
      const price = await tokenPriceOf(definition, fees.feeCurrency, lookups)
      return { ...fees, maxFeePerGas: price, maxPriorityFeePerGas: price }
    }
  }
}

/** Wei for a unit of gas, above zero: at a price of zero a transaction is never mined, and everything after it waits. */
async function gasPriceOf(definition: EvmDefinition, lookups: ChainLookups): Promise<bigint> {
  const { gasPrice } = definition
  switch (gasPrice.from) {
    case 'fee-service':
      return parseReply(feeReply, await lookups.get(gasPrice.path), 'the fee').medium
    case 'node':
    case 'fee-market':
      return parseReply(priceReply, await askPrice(definition, [], lookups), 'the gas price')
    case 'constant':
      return gasPrice.wei
    case 'gas-station': {
      const reply = await lookups.endpoint(gasPrice.endpoint, { method: 'GET', path: '' })
      const { maxFee } = parseReply(gasStationReply, reply, 'the fee').fast
      return BigInt(Math.max(gasPrice.minimumGwei, Math.ceil(maxFee ?? 0))) * GWEI
    }
  }
}

/** Units of the token for a unit of gas. */
async function tokenPriceOf(definition: EvmDefinition, token: string, lookups: ChainLookups): Promise<bigint> {
  // A token may be worth any part of the coin, so there is no limit that fits all.
  const price = parseReply(positiveQuantityReply, await askPrice(definition, [token], lookups), 'the gas price')
  const lowest = definition.feeCurrencies?.lowestPrice
  return lowest !== undefined && lowest.tokens.includes(token) && price <= lowest.upTo ? lowest.wei : price
}

/** The cap leaves room for five full blocks in a row, each of which adds an eighth to the base fee; what is not needed is not charged. */
async function marketFees(
  definition: EvmDefinition,
  lookups: ChainLookups,
): Promise<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }> {
  const [tip, block] = await Promise.all([
    askNode(definition, 'eth_maxPriorityFeePerGas', [], lookups),
    askNode(definition, 'eth_getBlockByNumber', ['latest', false], lookups),
  ])
  const maxPriorityFeePerGas = parseReply(tipReply, tip, 'the tip')
  const { baseFeePerGas } = parseReply(baseFeeReply, block, 'the base fee')
  return { maxFeePerGas: 2n * baseFeePerGas + maxPriorityFeePerGas, maxPriorityFeePerGas }
}

const askPrice = (definition: EvmDefinition, params: readonly string[], lookups: ChainLookups): Promise<unknown> =>
  askNode(definition, definition.methods.gasPrice, params, lookups)
