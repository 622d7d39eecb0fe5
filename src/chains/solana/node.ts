import { z } from 'zod'
import type { ChainLookups, RpcOptions } from '../../core/chain.js'
import type { JsonValue } from '../../core/json.js'
import { callNode, nodeReplyMalformed } from '../common/node-rpc.js'
import { fromBase58, PUBLIC_KEY_BYTES } from './address.js'

/*
 * The calls to a Solana node, through the API or to a node of the customer's own. Source: https://solana.com/docs/rpc.
 */

const RPC_PATH = '/v3/blockchain/node/SOL/{apiKey}'

const height = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const blockhashReply = z.object({
  value: z.object({
    blockhash: z.string().transform((text, context) => {
      const bytes = fromBase58(text, PUBLIC_KEY_BYTES)
      if (bytes !== undefined) return bytes
      context.addIssue('not a block hash')
      return z.NEVER
    }),
    lastValidBlockHeight: height,
  }),
})
const transactionReply = z.object({ meta: z.object({ err: z.unknown() }) }).nullable()
const accountReply = z.object({
  value: z.object({ owner: z.string(), data: z.tuple([z.string(), z.literal('base64')]) }).nullable(),
})
export interface LatestBlockhash {
  readonly blockhash: Buffer
  readonly lastValidBlockHeight: number
}

/**
 * `succeeded`: executed, and a supermajority of the stake voted for its block. `failed`: executed with an error in a final block, for ever without effect but
 * for its fee. `unclear`: executed with an error in a block that is not final yet. `unseen`: the node does not know it.
 */
export type TransactionStatus = 'succeeded' | 'failed' | 'unclear' | 'unseen'

/** @throws KeywardError API_* */
export async function latestBlockhash(lookups: ChainLookups): Promise<LatestBlockhash> {
  const reply = await call(lookups, 'getLatestBlockhash', [{ commitment: 'finalized' }])
  return parse(blockhashReply, reply, 'the latest block hash').value
}

/** Height of the last final block. @throws KeywardError API_* */
export async function finalHeight(lookups: ChainLookups): Promise<number> {
  return parse(height, await call(lookups, 'getBlockHeight', [{ commitment: 'finalized' }]), 'the block height')
}

/** @throws KeywardError API_* */
export async function statusOf(txId: string, lookups: ChainLookups): Promise<TransactionStatus> {
  const confirmed = await executed(txId, 'confirmed', lookups)
  if (confirmed === null) return 'unseen'
  if (succeeded(confirmed)) return 'succeeded'
  const final = await executed(txId, 'finalized', lookups)
  return final === null || succeeded(final) ? 'unclear' : 'failed'
}

const succeeded = ({ meta }: { readonly meta: { readonly err?: unknown } }): boolean =>
  meta.err === null || meta.err === undefined

async function executed(txId: string, commitment: 'confirmed' | 'finalized', lookups: ChainLookups) {
  const reply = await call(lookups, 'getTransaction', [txId, { commitment, maxSupportedTransactionVersion: 0 }])
  return parse(transactionReply, reply, 'the transaction')
}

/** Sends the bytes; the node simulates them first and forwards them only if that succeeds. @returns the transaction id. @throws KeywardError API_* */
export async function sendTransaction(raw: string, lookups: ChainLookups): Promise<string> {
  const params = [raw, { encoding: 'base64', preflightCommitment: 'confirmed' }]
  const reply = await call(lookups, 'sendTransaction', params, { once: true })
  return parse(z.string(), reply, 'the sent transaction')
}

/** Program and content of an account, or `undefined` when there is none. @throws KeywardError API_* */
export async function accountOf(
  address: string,
  lookups: ChainLookups,
): Promise<{ readonly program: string; readonly data: Buffer } | undefined> {
  const reply = await call(lookups, 'getAccountInfo', [address, { commitment: 'confirmed', encoding: 'base64' }])
  const { value } = parse(accountReply, reply, 'the token account')
  return value === null ? undefined : { program: value.owner, data: Buffer.from(value.data[0], 'base64') }
}

const call = (
  lookups: ChainLookups,
  method: string,
  params: readonly JsonValue[],
  options?: RpcOptions,
): Promise<unknown> => callNode(lookups, RPC_PATH, method, params, options)

/** @throws KeywardError API_REPLY_MALFORMED naming what was asked for. */
function parse<T extends z.ZodType>(schema: T, reply: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw nodeReplyMalformed(what)
}
