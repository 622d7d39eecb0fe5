import type { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import type { Network } from '../../core/ids.js'
import { accountReply, blocksReply, parametersReply, resultReply, sentReply, transactionReply } from './node-replies.js'
import type { AccountKey, NodeTransaction } from './node-replies.js'

/*
 * Calls to an access node of Flow: https://developers.flow.com/http-api. Its address is a setting of the chain, with the public nodes as the default.
 */

const NODE = 'node'
export interface Block {
  readonly id: string
  readonly height: number
}

/**
 * `succeeded` and `failed`: executed, and sealed for ever; a failed one has no effect but for its fee and the used-up sequence number. `underway`: the node knows
 * it. `unseen`: it does not.
 */
export type Result =
  { readonly status: 'succeeded' | 'underway' | 'unseen' } | { readonly status: 'failed'; readonly message: string }

/** Asked once while the process lives. @throws KeywardError API_* when the node is one of another network */
export function requireNetwork(network: Network, lookups: ChainLookups): Promise<void> {
  return lookups.once(`FLOW ${network} parameters`, async () => {
    const { chain_id: chain } = parse(parametersReply, await get('/network/parameters', lookups), 'its network')
    if (chain === `flow-${network}`) return
    throw new KeywardError('API_REPLY_MALFORMED', `the node is not one of Flow ${network}`, {
      advice: 'Correct chains.FLOW.endpoints.node in the configuration.',
    })
  })
}

/** `final` is agreed upon, `sealed` executed as well. @throws KeywardError API_* */
export async function block(which: 'final' | 'sealed', lookups: ChainLookups): Promise<Block> {
  const [{ header }] = parse(blocksReply, await get(`/blocks?height=${which}`, lookups), `the ${which} block`)
  return header
}

/** @param height a sealed block, or the newest one. @throws KeywardError API_* */
export async function keysOf(
  address: string,
  height: number | 'sealed',
  lookups: ChainLookups,
): Promise<readonly AccountKey[]> {
  const reply = await get(`/accounts/${address}?block_height=${height}&expand=keys`, lookups)
  const account = parse(accountReply, reply, 'an account')
  if (account.address === address) return account.keys
  throw malformed('an account')
}

/** Sequence number that the next transaction of this key must have. @throws KeywardError API_* */
export async function sequenceOf(
  { address, keyIndex }: { readonly address: string; readonly keyIndex: number },
  height: number | 'sealed',
  lookups: ChainLookups,
): Promise<bigint> {
  const key = (await keysOf(address, height, lookups)).find(({ index }) => index === keyIndex)
  if (key !== undefined) return key.sequence_number
  throw malformed('the proposing key')
}

/** @returns the transaction's id as the node counts it. @throws KeywardError API_* */
export async function sendTransaction(body: JsonValue, lookups: ChainLookups): Promise<string> {
  const reply = await lookups.endpoint(NODE, { method: 'POST', path: '/v1/transactions', body, once: true })
  return parse(sentReply, reply, 'the sent transaction').id
}

/** @throws KeywardError API_* */
export async function resultOf(txId: string, lookups: ChainLookups): Promise<Result> {
  let reply: unknown
  try {
    reply = await get(`/transaction_results/${txId}`, lookups)
  } catch (error) {
    if (error instanceof KeywardError && error.context['status'] === 404) return { status: 'unseen' }
    throw error
  }
  const { status, status_code: code, error_message: message } = parse(resultReply, reply, 'the result')
  switch (status.toLowerCase()) {
    case 'sealed':
      return code === 0 && !message ? { status: 'succeeded' } : { status: 'failed', message: message ?? `code ${code}` }
    case 'finalized':
    case 'executed':
      return { status: 'underway' }
    default:
      return { status: 'unseen' }
  }
}

/** @throws KeywardError API_*, with status 404 for one that the node does not know */
export async function transactionOfNode(txId: string, lookups: ChainLookups): Promise<NodeTransaction> {
  return parse(transactionReply, await get(`/transactions/${txId}`, lookups), 'the transaction')
}

const get = (path: string, lookups: ChainLookups): Promise<unknown> =>
  lookups.endpoint(NODE, { method: 'GET', path: `/v1${path}` })

function parse<T extends z.ZodType>(schema: T, reply: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw malformed(what)
}

const malformed = (what: string): KeywardError =>
  new KeywardError('API_REPLY_MALFORMED', `the node's answer for ${what} is not understood`, {
    advice: 'The transaction waits and is tried again. If this stays, check the address of the node.',
  })
