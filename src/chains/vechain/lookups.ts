import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { VechainDefinition } from './definition.js'
import { estimatedGas } from './gas.js'
import type { VechainRequest } from './request.js'

/*
 * Calls to a thor node: https://sync-mainnet.vechain.org/doc. Its address is a setting of the chain, with the public nodes as the default.
 */

const blockReply = z.object({
  number: z.number().int().min(0).max(0xffff_ffff),
  id: z.string().regex(/^0x[0-9a-f]{64}$/i),
})
const simulationReply = z.tuple(
  [z.object({ gasUsed: z.number().int().min(0), reverted: z.boolean(), vmError: z.string().default('') })],
  z.unknown(),
)
const transactionReply = z.object({ id: z.string() }).nullable()

export interface Block {
  readonly number: number
  /** Hexadecimal with 0x, lower case. */
  readonly id: string
}

/** `best` is the newest block, `finalized` one that stays for good. @throws KeywardError API_* */
export async function block(revision: 'best' | 'finalized' | '0', lookups: ChainLookups): Promise<Block> {
  const reply = await lookups.endpoint('node', { method: 'GET', path: `/blocks/${revision}` })
  const { number, id } = parseReply(blockReply, reply, `block "${revision}"`)
  return { number, id: id.toLowerCase() }
}

/**
 * Asked once while the process lives. A node of another network is not remembered, so that a corrected setting helps at once.
 * @throws KeywardError API_*
 */
export function chainTag(definition: VechainDefinition, network: Network, lookups: ChainLookups): Promise<number> {
  return lookups.once(`${definition.code} ${network} chain tag`, async () => {
    const tag = Number.parseInt((await block('0', lookups)).id.slice(-2), 16)
    if (tag === definition.chainTags[network]) return tag
    throw new KeywardError('API_REPLY_MALFORMED', `the node is not one of ${definition.name} ${network}`, {
      advice: `Correct chains.${definition.code}.endpoints.node in the configuration.`,
    })
  })
}

/** @throws KeywardError API_REFUSED when the transaction would fail now, and other API_* */
export async function estimateGas(request: VechainRequest, caller: string, lookups: ChainLookups): Promise<bigint> {
  const { to = null, value, data } = request
  const body = { clauses: [{ to, value: `0x${value.toString(16)}`, data }], caller }
  const reply = await lookups.endpoint('node', { method: 'POST', path: '/accounts/*?revision=best', body })
  const [{ gasUsed, reverted, vmError }] = parseReply(simulationReply, reply, 'the gas estimate')
  if (!reverted && vmError === '') return estimatedGas(request, BigInt(gasUsed))
  const reason = vmError === '' ? 'it is reverted' : remoteText(vmError)
  throw new KeywardError('API_REFUSED', `the gas cannot be estimated: ${reason}`, {
    advice: 'The network says that this transaction would fail now. Check balance, allowance and arguments.',
  })
}

/** In a block or in the node's pool. @throws KeywardError API_* */
export async function isKnown(txId: string, lookups: ChainLookups): Promise<boolean> {
  const reply = await lookups.endpoint('node', { method: 'GET', path: `/transactions/${txId}?pending=true` })
  return parseReply(transactionReply, reply, 'the transaction')?.id.toLowerCase() === txId
}

function parseReply<T extends z.ZodType>(schema: T, reply: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw new KeywardError('API_REPLY_MALFORMED', `the node's answer for ${what} is not understood`, {
    advice: 'The transaction waits and is tried again. If this stays, check the address of the node.',
  })
}
