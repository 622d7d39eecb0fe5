import type { ChainLookups } from '../../core/chain.js'
import type { EvmDefinition } from './definition.js'
import type { FixedFees } from './plan.js'
import { feeReply, gasStationReply, parseReply, positiveQuantityReply } from './replies.js'
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
    case 'eip1559':
      return fees
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
      return askNode(definition, [], lookups)
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
  const price = await askNode(definition, [token], lookups)
  const lowest = definition.feeCurrencies?.lowestPrice
  return lowest !== undefined && lowest.tokens.includes(token) && price <= lowest.upTo ? lowest.wei : price
}

async function askNode(definition: EvmDefinition, params: readonly string[], lookups: ChainLookups): Promise<bigint> {
  const reply = await lookups.rpc(definition.rpcPath, definition.methods.gasPrice, params)
  return parseReply(positiveQuantityReply, reply, 'the gas price')
}
