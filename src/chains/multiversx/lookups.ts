import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { JsonObject } from '../../core/json.js'
import type { Network } from '../../core/ids.js'
import type { UnsignedTransaction } from './plan.js'

/** What the node answers below this path is `{ data, error, code }`. */
const NODE = '/v3/egld/node/{apiKey}'
/** T is the test network, D the developers'; the API's test network has been either. */
const CHAIN_IDS: Readonly<Record<Network, readonly string[]>> = { mainnet: ['1'], testnet: ['T', 'D'] }
const DEFAULT_GAS_PRICE = 1_000_000_000
/** The price has been the default since the network began. One far beyond is a mistake, or a lie, that would cost the requester. */
const MAX_GAS_PRICE = 100 * DEFAULT_GAS_PRICE

const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const configReply = z.object({
  data: z.object({
    config: z.object({
      erd_chain_id: z.string(),
      erd_min_gas_price: whole.max(MAX_GAS_PRICE).optional(),
      erd_min_transaction_version: whole,
    }),
  }),
})
const nonceReply = z.object({ data: z.object({ nonce: whole }) })
const costReply = z.object({ data: z.object({ txGasUnits: whole, returnMessage: z.string().optional() }) })

export interface NetworkConfig {
  readonly chainId: string
  readonly gasPrice: number
  readonly version: number
}

/** @throws KeywardError API_* also when the node is of another network than the one that is signed for. */
export async function networkConfig(network: Network, lookups: ChainLookups): Promise<NetworkConfig> {
  const { config } = parse(configReply, await lookups.get(`${NODE}/network/config`), 'the network').data
  const { erd_chain_id: chainId, erd_min_gas_price: price, erd_min_transaction_version: version } = config
  if (!CHAIN_IDS[network].includes(chainId)) {
    throw new KeywardError('API_REPLY_MALFORMED', `the API answers for another network than MultiversX ${network}`, {
      advice: 'The API key decides about the network: use a key of the network that this process signs for.',
    })
  }
  if (version < 1 || version > 2) throw notUnderstood('the transaction version')
  // A price of zero would never be executed.
  return { chainId, gasPrice: price === undefined || price === 0 ? DEFAULT_GAS_PRICE : price, version }
}

/** How many transactions of the account the network has executed: its next nonce. @throws KeywardError API_* */
export async function accountNonce(address: string, lookups: ChainLookups): Promise<bigint> {
  const reply = await lookups.get(`${NODE}/address/${address}/nonce`)
  return BigInt(parse(nonceReply, reply, 'the nonce').data.nonce)
}

/** @throws KeywardError API_REFUSED when the node says that the transaction would fail now. */
export async function gasLimitOf(transaction: UnsignedTransaction, lookups: ChainLookups): Promise<number> {
  const reply = await lookups.post(`${NODE}/transaction/cost`, costQuery(transaction))
  const { txGasUnits, returnMessage = '' } = parse(costReply, reply, 'the gas').data
  if (txGasUnits > 0) return txGasUnits
  throw new KeywardError('API_REFUSED', `the gas cannot be estimated: ${remoteText(returnMessage)}`, {
    advice: 'The network says that this transaction would fail now. Check balance, data and recipient.',
  })
}

const costQuery = (of: UnsignedTransaction): JsonObject => ({
  nonce: of.nonce,
  value: of.value,
  receiver: of.to,
  sender: of.sender,
  gasPrice: of.gasPrice,
  gasLimit: 0,
  ...(of.data === '' ? {} : { data: of.data }),
  chainID: of.chainId,
  version: of.version,
})

function parse<T extends z.ZodType>(schema: T, reply: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw notUnderstood(what)
}

const notUnderstood = (what: string): KeywardError =>
  new KeywardError('API_REPLY_MALFORMED', `the API's answer for ${what} is not understood`, {
    advice:
      'The transaction waits and is tried again. If this stays, check the address of the API and its status page.',
  })
