import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { JsonObject, JsonValue } from '../../core/json.js'

/*
 * The Rosetta API of a Cardano node, reached through the Tatum API: https://docs.cdp.coinbase.com/mesh/docs/construction-api
 */

/** A slot has lasted one second since July 2020; the moment that slot 0 would have had then, in seconds since the epoch. */
const NETWORKS = {
  mainnet: { chain: 'cardano-mainnet', network: 'mainnet', slotZeroSeconds: 1_591_566_291n },
  testnet: { chain: 'cardano-preprod', network: 'preprod', slotZeroSeconds: 1_655_683_200n },
} as const
/** Slots for which the transaction may wait: about a quarter of an hour, as the reference has it. */
const LIFE_SLOTS = 1000

/** Deeper than operations in an answer are. */
const MAX_DEPTH = 20

const objectReply = z.record(z.string(), z.json()).transform((value): JsonObject => value)
const payloadsReply = z.object({
  unsigned_transaction: z.string().min(1).max(1_000_000),
  payloads: z.array(z.object({ hex_bytes: z.string() })).min(1),
})
const statusReply = z.object({ current_block_timestamp: z.number().int().positive().max(Number.MAX_SAFE_INTEGER) })

export interface Payloads {
  /** Hexadecimal. */
  readonly unsigned: string
  /** What the API wants signed, hexadecimal: one for each key, all the same. */
  readonly digests: readonly string[]
}

/** Lets the API make the transaction. @throws KeywardError API_* */
export async function makeTransaction(
  operations: readonly JsonValue[],
  network: Network,
  lookups: ChainLookups,
): Promise<Payloads> {
  const call = (path: string, body: JsonObject): Promise<unknown> => callNode(path, body, network, lookups)
  const preprocessed = understood(
    objectReply,
    await call('construction/preprocess', { operations, metadata: { relative_ttl: LIFE_SLOTS } }),
  )
  const metadata = understood(objectReply, await call('construction/metadata', preprocessed))
  const reply = understood(payloadsReply, await call('construction/payloads', { ...metadata, operations }))
  return { unsigned: reply.unsigned_transaction, digests: reply.payloads.map(({ hex_bytes }) => hex_bytes) }
}

/** The slot of the newest block. @throws KeywardError API_* */
export async function currentSlot(network: Network, lookups: ChainLookups): Promise<bigint> {
  const status = understood(statusReply, await callNode('network/status', {}, network, lookups))
  return BigInt(Math.floor(status.current_block_timestamp / 1000)) - NETWORKS[network].slotZeroSeconds
}

/** Members of earlier answers are handed back; none of them can take the place of what we name ourselves. */
function callNode(path: string, body: JsonObject, network: Network, lookups: ChainLookups): Promise<unknown> {
  const { chain, network: name } = NETWORKS[network]
  return lookups.post(`/v3/blockchain/node/${chain}/{apiKey}/${path}`, {
    ...body,
    network_identifier: { blockchain: 'cardano', network: name },
  })
}

function understood<T extends z.ZodType>(schema: T, reply: unknown): z.output<T> {
  // What is nested without end would end the stack of whoever walks through it.
  const result = nests(reply, MAX_DEPTH) ? undefined : schema.safeParse(reply)
  if (result?.success === true) return result.data
  throw new KeywardError('API_REPLY_MALFORMED', "the answer of the API's Cardano node is not understood", {
    advice: 'It is asked again. If this stays, check the address of the API and its status page.',
  })
}

/** Does a value hold others in others, deeper than this? */
function nests(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((child) => nests(child, depth - 1))
}
