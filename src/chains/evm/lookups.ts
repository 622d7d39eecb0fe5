import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { JsonObject, JsonValue } from '../../core/json.js'
import { checksumAddress } from '../common/ethereum-address.js'
import type { EvmDefinition } from './definition.js'
import { fixFees } from './gas-price.js'
import { askNode } from './node.js'
import type { FixedFees } from './plan.js'
import { parseReply, quantityReply, transactionReply, wholeNumberReply } from './replies.js'
import type { EvmRequest } from './request.js'

/** A request with the answers of the network filled in, all but the nonce. */
export interface NetworkFacts {
  readonly chainId: bigint
  readonly gas: bigint
  readonly fees: FixedFees
}

/** All at once: none of these depends on another, nor on earlier transactions of the account. @throws KeywardError API_* */
export async function lookUpFacts(
  definition: EvmDefinition,
  network: Network,
  request: EvmRequest,
  from: string,
  lookups: ChainLookups,
): Promise<NetworkFacts> {
  const { gas, estimate } = request
  const [chainId, fixedGas, fees] = await Promise.all([
    agreedChainId(definition, network, request, lookups),
    gas === undefined || estimate ? estimateGas(definition, request, from, lookups) : gas,
    fixFees(definition, request.fees, lookups),
  ])
  return { chainId, gas: fixedGas, fees }
}

/** What the requester names was checked when it was read. @throws KeywardError TRANSACTION_UNSUPPORTED when the node is one of another chain. */
async function agreedChainId(
  definition: EvmDefinition,
  network: Network,
  { chainId: named }: EvmRequest,
  lookups: ChainLookups,
): Promise<bigint> {
  if (named !== undefined && definition.confirmsChainId !== true) return named
  const chainId = await chainIdOf(definition, network, lookups)
  if (named === undefined || named === chainId) return chainId
  throw new KeywardError('TRANSACTION_UNSUPPORTED', `the transaction is for chain ${named}, the node for ${chainId}`)
}

/** Asked once while the process lives. A network that does not fit is not remembered, so that a corrected API key helps at once. */
function chainIdOf(definition: EvmDefinition, network: Network, lookups: ChainLookups): Promise<bigint> {
  return lookups.once(`${definition.code} ${network} chain id`, async () => {
    const reply = await askNode(definition, definition.methods.chainId, [], lookups)
    const chainId = parseReply(quantityReply, reply, 'the chain id')
    if (definition.chainIds[network].includes(chainId)) return chainId
    throw new KeywardError(
      'API_REPLY_MALFORMED',
      `the API answers for chain ${chainId}, which is not ${definition.name} ${network}`,
      {
        advice:
          'The API key decides about the network, or the node that the configuration names: use those of the network that this process signs for.',
      },
    )
  })
}

async function estimateGas(
  definition: EvmDefinition,
  request: EvmRequest,
  from: string,
  lookups: ChainLookups,
): Promise<bigint> {
  try {
    const reply = await askNode(definition, definition.methods.estimateGas, [estimateCall(request, from)], lookups)
    return parseReply(quantityReply, reply, 'the gas estimate') + (definition.feeCurrencies?.gasMargin ?? 0n)
  } catch (error) {
    if (!(error instanceof KeywardError) || error.code !== 'API_REFUSED') throw error
    throw new KeywardError('API_REFUSED', `the gas cannot be estimated: ${error.message}`, {
      advice: 'The network says that this transaction would fail now. Check balance, allowance and arguments.',
      context: error.context,
      cause: error,
    })
  }
}

/** All that the requester fixed, so that the node sees the transaction it will get; it infers the type from the prices. */
function estimateCall({ to, value, data, gas, nonce, fees }: EvmRequest, from: string): JsonObject {
  const members = {
    from,
    to,
    value,
    data,
    gas,
    nonce,
    ...fees,
    type: undefined,
    kind: undefined,
    accountKey: undefined,
  }
  const present = Object.entries(members).flatMap(([name, member]): [string, JsonValue][] => {
    if (member === undefined) return []
    if (typeof member === 'bigint') return [[name, `0x${member.toString(16)}`]]
    return [[name, typeof member === 'string' ? member : member.map((entry) => ({ ...entry }))]]
  })
  return Object.fromEntries(present)
}

/** How many transactions of the account the network knows: its next nonce. @throws KeywardError API_* */
export async function transactionCount(
  definition: EvmDefinition,
  address: string,
  lookups: ChainLookups,
): Promise<bigint> {
  const { transactionCount: source, apiPath } = definition
  if (source.from === 'node') return countAt(definition, address, source.block, lookups)
  const path = `/v3/${apiPath}/transaction/count/${checksumAddress(address)}`
  return parseReply(wholeNumberReply, await lookups.get(path), 'the transaction count')
}

/** As `transactionCount`, at a block that cannot be undone. @throws KeywardError API_* */
export const finalTransactionCount = (
  definition: EvmDefinition,
  address: string,
  lookups: ChainLookups,
): Promise<bigint> => countAt(definition, address, definition.finalBlock, lookups)

async function countAt(
  definition: EvmDefinition,
  address: string,
  block: 'latest' | 'pending' | 'finalized',
  lookups: ChainLookups,
): Promise<bigint> {
  const reply = await askNode(definition, definition.methods.transactionCount, [address, block], lookups)
  return parseReply(quantityReply, reply, 'the transaction count')
}

/** @throws KeywardError API_* for anything but a yes or a no. */
export async function isKnown(definition: EvmDefinition, txId: string, lookups: ChainLookups): Promise<boolean> {
  if (definition.foundAt === 'node') {
    const reply = await askNode(definition, 'eth_getTransactionByHash', [txId], lookups)
    return parseReply(transactionReply.nullable(), reply, 'the transaction')?.toLowerCase() === txId.toLowerCase()
  }
  try {
    const reply = await lookups.get(`/v3/${definition.apiPath}/transaction/${txId}`)
    return parseReply(transactionReply, reply, 'the transaction').toLowerCase() === txId.toLowerCase()
  } catch (error) {
    if (error instanceof KeywardError && error.context['status'] === 404) return false
    throw error
  }
}
