import type { ChainLookups, RejectionMeaning, SignedTransaction } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import { KeywardError, remoteText } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { BroadcastReply } from '../../core/tatum-api.js'
import { block, resultOf, sendTransaction, sequenceOf } from './node.js'
import type { Result } from './node.js'
import { bodyOf } from './plan.js'
import { release } from './proposal.js'
import { parseWire } from './wire.js'

/*
 * The bytes go to an access node. A node that takes them promises nothing, so a transaction counts as sent when it is sealed, and until then the same bytes go out
 * again. It is given up only when its reference block is too old and its sequence number is still free: then it was not executed, under whatever id.
 */

/** Sealing takes about ten seconds. */
const PAUSES_MS = [1000, 2000, 2000, 3000, 3000, 4000, 5000]
/** Blocks after the reference block in which a transaction may be executed, and some more. Source: flow-go, `DefaultTransactionExpiry`. */
const LIFE_BLOCKS = 600
const MARGIN_BLOCKS = 100
const EXECUTED_WITH_ERROR = 'the network executed the transaction, with an error and without effect'
const REFUSED_UNSENT = 'the node refused the transaction before it was forwarded'
/** Words of a refusal that may pass: another node may be further ahead or behind, and the payer's balance is Tatum's business. */
const MAY_PASS = /reference block|expired|rate limit|too many|balance|not found/i
/** Checks before execution, of signatures and of the sequence number (1007): they say nothing about the same payload under another id. Source: flow-go, fvm/errors. */
const NOT_EXECUTED = /\[Error Code: 10[0-4]\d\]/i

/** @param sentBefore may this payload have been out before? Then a refusal proves nothing about the earlier copy. @throws KeywardError API_* when it is not known what became of it */
export async function submitTransaction(
  plan: SigningPlan,
  signed: SignedTransaction,
  sentBefore: boolean,
  lookups: ChainLookups,
  clock: Clock,
): Promise<BroadcastReply> {
  const { proposer } = bodyOf(plan)
  const refusal = await send(signed, lookups)
  if (refusal !== undefined && !sentBefore && isFinal(refusal)) {
    await release(proposer, '', lookups)
    return { outcome: 'refused', message: `${REFUSED_UNSENT}: ${refusal.message}` }
  }
  const result = await awaitResult(signed.txId, refusal === undefined ? PAUSES_MS : [], lookups, clock)
  if (result.status === 'succeeded') {
    await release(proposer, signed.txId, lookups)
    return { outcome: 'accepted', txId: signed.txId, completed: false }
  }
  if (result.status === 'failed') {
    const message = remoteText(result.message)
    if (sentBefore && NOT_EXECUTED.test(message)) return { outcome: 'unknown', message }
    await release(proposer, signed.txId, lookups)
    return { outcome: 'refused', message: `${EXECUTED_WITH_ERROR}: ${message}` }
  }
  return { outcome: 'unknown', message: refusal?.message ?? 'sent, and not sealed yet' }
}

/** @returns the node's refusal, or `undefined` when it took the bytes. */
async function send({ raw, txId }: SignedTransaction, lookups: ChainLookups): Promise<KeywardError | undefined> {
  try {
    if ((await sendTransaction(parseWire(raw), lookups)) === txId) return undefined
    throw new KeywardError('API_REPLY_MALFORMED', 'the node took the transaction under another id')
  } catch (error) {
    if (error instanceof KeywardError && error.code === 'API_REFUSED') return error
    throw error
  }
}

const isFinal = ({ message, context }: KeywardError): boolean => context['status'] === 400 && !MAY_PASS.test(message)

async function awaitResult(
  txId: string,
  pausesMs: readonly number[],
  lookups: ChainLookups,
  clock: Clock,
): Promise<Result> {
  let result = await resultOf(txId, lookups)
  for (const pauseMs of pausesMs) {
    if (result.status === 'succeeded' || result.status === 'failed') break
    await clock.sleep(pauseMs)
    result = await resultOf(txId, lookups)
  }
  return result
}

/** Was the payload executed by no transaction, and can it never be? Both are asked of one sealed block. @throws KeywardError API_* */
export async function isExpired(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
  const { referenceBlock, proposer } = bodyOf(plan)
  const { height } = await block('sealed', lookups)
  if (height <= referenceBlock.height + LIFE_BLOCKS + MARGIN_BLOCKS) return false
  return (await sequenceOf(proposer, height, lookups)) === BigInt(proposer.sequenceNumber)
}

/** Does the network have it, executed, sealed and without an error? @throws KeywardError API_* */
export async function isKnown(txId: string, lookups: ChainLookups): Promise<boolean> {
  return /^[0-9a-f]{64}$/.test(txId) && (await resultOf(txId, lookups)).status === 'succeeded'
}

/** Only our own words are final; the node's may speak of bytes that an earlier copy has outrun. */
export const meaningOf = (message: string): RejectionMeaning =>
  message.startsWith(EXECUTED_WITH_ERROR) || message.startsWith(REFUSED_UNSENT) ? 'rejected' : 'unknown'
