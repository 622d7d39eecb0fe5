import type { ChainLookups, RejectionMeaning, SignedTransaction } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { BroadcastReply } from '../../core/tatum-api.js'
import { finalHeight, sendTransaction, statusOf } from './node.js'
import type { TransactionStatus } from './node.js'
import { transactionOf } from './plan.js'

/*
 * A node that takes bytes promises nothing: they are lost if no leader includes them while their block hash lives. So a transaction counts as sent when the
 * network has executed it, until then the same bytes go out again, and it is given up only when its block hash has died for good.
 */

const PAUSES_MS = [500, 1000, 2000]
/** Nodes behind one address differ in how far they are. What one of them calls expired is believed when all must have seen the last block it fitted. */
const LAG_BLOCKS = 150
const EXECUTED_WITH_ERROR = 'the network executed the transaction, with an error and without effect'
const REFUSED_UNSENT = 'the node refused the transaction before it was forwarded'

/** Preflight failure, wrong signature, invalid parameters. Source: JSON-RPC codes of the validator, rpc-client-api/src/custom_error.rs. */
const NOT_FORWARDED: readonly unknown[] = [-32002, -32003, -32602]
/** The node may lag behind the one that gave the block hash, or it has these very bytes. */
const MAY_PASS = /blockhash not found|already (been )?processed/i

/**
 * Sends the bytes and waits a little for their execution.
 * @param sentBefore may these bytes have been out before? Then a refusal proves nothing about the earlier copy.
 * @throws KeywardError API_* when it is not known what became of them.
 */
export async function submitTransaction(
  signed: SignedTransaction,
  sentBefore: boolean,
  lookups: ChainLookups,
  clock: Clock,
): Promise<BroadcastReply> {
  const refusal = await send(signed, lookups)
  if (refusal !== undefined && !sentBefore && isFinal(refusal)) {
    return { outcome: 'refused', message: `${REFUSED_UNSENT}: ${refusal.message}` }
  }
  const status = await awaitStatus(signed.txId, refusal === undefined ? PAUSES_MS : [], lookups, clock)
  switch (status) {
    case 'succeeded':
      return { outcome: 'accepted', txId: signed.txId, completed: false }
    case 'failed':
      return { outcome: 'refused', message: EXECUTED_WITH_ERROR }
    case 'unclear':
    case 'unseen':
      return { outcome: 'unknown', message: refusal?.message ?? 'sent, and not executed yet' }
  }
}

/** @returns the node's refusal, or `undefined` when it took the bytes. */
async function send({ raw, txId }: SignedTransaction, lookups: ChainLookups): Promise<KeywardError | undefined> {
  try {
    const answered = await sendTransaction(raw, lookups)
    if (answered === txId) return undefined
    throw new KeywardError('API_REPLY_MALFORMED', 'the node took the transaction under another id')
  } catch (error) {
    if (error instanceof KeywardError && error.code === 'API_REFUSED') return error
    throw error
  }
}

const isFinal = ({ message, context }: KeywardError): boolean =>
  NOT_FORWARDED.includes(context['rpcCode']) && !MAY_PASS.test(message)

async function awaitStatus(
  txId: string,
  pausesMs: readonly number[],
  lookups: ChainLookups,
  clock: Clock,
): Promise<TransactionStatus> {
  let status = await statusOf(txId, lookups)
  for (const pauseMs of pausesMs) {
    if (status !== 'unseen') break
    await clock.sleep(pauseMs)
    status = await statusOf(txId, lookups)
  }
  return status
}

/** Can the bytes never be executed any more, with an effect? Asks for their status last, so that an answer that fails proves nothing. */
export async function isExpired(plan: SigningPlan, txId: string, lookups: ChainLookups): Promise<boolean> {
  const lastValid = BigInt(transactionOf(plan).body.lastValidBlockHeight)
  if (BigInt(await finalHeight(lookups)) <= lastValid + BigInt(LAG_BLOCKS)) return false
  const status = await statusOf(txId, lookups)
  return status === 'unseen' || status === 'failed'
}

/** Only our own words are final; the node's may speak of bytes that an earlier copy has outrun. */
export const meaningOf = (message: string): RejectionMeaning =>
  message.startsWith(EXECUTED_WITH_ERROR) || message.startsWith(REFUSED_UNSENT) ? 'rejected' : 'unknown'
