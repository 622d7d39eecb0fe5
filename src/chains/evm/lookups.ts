import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import { checksumAddress } from '../common/ethereum-address.js'
import type { EvmDefinition } from './definition.js'
import type { FixedFees } from './plan.js'
import { feeReply, parseReply, quantityReply, transactionReply, wholeNumberReply } from './replies.js'
import type { EvmRequest, RequestedFees } from './request.js'

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
    request.chainId ?? chainIdOf(definition, network, lookups),
    gas === undefined || estimate ? estimateGas(definition, request, from, lookups) : gas,
    fixFees(definition, request.fees, lookups),
  ])
  return { chainId, gas: fixedGas, fees }
}

async function fixFees(definition: EvmDefinition, fees: RequestedFees, lookups: ChainLookups): Promise<FixedFees> {
  if (fees.type === 'eip1559') return fees
  return { ...fees, gasPrice: fees.gasPrice ?? (await gasPriceOf(definition, lookups)) }
}

/** Asked once while the process lives. A network that does not fit is not remembered, so that a corrected API key helps at once. */
function chainIdOf(definition: EvmDefinition, network: Network, lookups: ChainLookups): Promise<bigint> {
  return lookups.once(`${definition.code} ${network} chain id`, async () => {
    const chainId = parseReply(quantityReply, await lookups.rpc(definition.rpcPath, 'eth_chainId', []), 'the chain id')
    if (definition.chainIds[network].includes(chainId)) return chainId
    throw new KeywardError(
      'API_REPLY_MALFORMED',
      `the API answers for chain ${chainId}, which is not ${definition.name} ${network}`,
      { advice: 'The API key decides about the network: use a key of the network that this process signs for.' },
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
    const call = [estimateCall(request, from)]
    return parseReply(quantityReply, await lookups.rpc(definition.rpcPath, 'eth_estimateGas', call), 'the gas estimate')
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
function estimateCall({ to, value, data, gas, nonce, fees }: EvmRequest, from: string): Record<string, unknown> {
  const members = { from, to, value, data, gas, nonce, ...fees, type: undefined }
  const hexadecimal = (member: unknown): unknown => (typeof member === 'bigint' ? `0x${member.toString(16)}` : member)
  const present = Object.entries(members).filter(([, member]) => member !== undefined)
  return Object.fromEntries(present.map(([name, member]) => [name, hexadecimal(member)]))
}

async function gasPriceOf(definition: EvmDefinition, lookups: ChainLookups): Promise<bigint> {
  return parseReply(feeReply, await lookups.get(definition.feePath), 'the fee').medium
}

/** How many transactions of the account the network knows: its next nonce. @throws KeywardError API_* */
export async function transactionCount(
  definition: EvmDefinition,
  address: string,
  lookups: ChainLookups,
): Promise<bigint> {
  const path = `/v3/${definition.apiPath}/transaction/count/${checksumAddress(address)}`
  return parseReply(wholeNumberReply, await lookups.get(path), 'the transaction count')
}

/** @throws KeywardError API_* for anything but a yes or a no. */
export async function isKnown(definition: EvmDefinition, txId: string, lookups: ChainLookups): Promise<boolean> {
  try {
    const reply = await lookups.get(`/v3/${definition.apiPath}/transaction/${txId}`)
    const { transactionHash } = parseReply(transactionReply, reply, 'the transaction')
    return transactionHash.toLowerCase() === txId.toLowerCase()
  } catch (error) {
    if (error instanceof KeywardError && error.context['status'] === 404) return false
    throw error
  }
}
