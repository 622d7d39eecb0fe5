import { z } from 'zod'
import type { BroadcastReply, BroadcastRequest } from '../core/tatum-api.js'
import type { ApiCall } from './api-caller.js'
import { jsonBody } from './api-caller.js'
import type { ApiKey } from './api-key.js'
import { parseJson, readErrorWords } from './error-words.js'
import type { Exchanged, HttpReply } from './http-transport.js'
import type { TatumApiOptions } from './options.js'

/** An id as the API may send it: printable, no blanks. */
export const txIdSchema = z.string().regex(/^[\x21-\x7e]{1,200}$/)

const acceptedSchema = z.object({
  txId: txIdSchema,
  // On chain, a broadcast that could not be marked as done says `failed: true`; off chain, it says whether the withdrawal was completed.
  failed: z.unknown().optional(),
  completed: z.unknown().optional(),
})

export function broadcastCall(
  request: BroadcastRequest,
  { testnetType, broadcastPaths }: Pick<TatumApiOptions, 'testnetType' | 'broadcastPaths'>,
): ApiCall {
  const { chain, apiPath, pendingId: signatureId, withdrawalId, raw: txData } = request
  const offchain = withdrawalId !== undefined
  return {
    method: 'POST',
    path: offchain ? '/v3/offchain/withdrawal/broadcast' : (broadcastPaths?.[chain] ?? `/v3/${apiPath}/broadcast`),
    headers: { 'x-testnet-type': testnetType },
    body: jsonBody(offchain ? { currency: chain, signatureId, withdrawalId, txData } : { txData, signatureId }),
  }
}

/**
 * Statuses and codes that are about the caller, the plan or the moment, not about these bytes. A broadcast that got one of them counts as unknown, because
 * "refused" may end a payment for good.
 */
const NO_JUDGEMENT: ReadonlySet<number> = new Set([401, 402, 407, 408, 409, 421, 425, 429])
const NO_JUDGEMENT_CODE = /^(subscription\.|ip-address-key\.)/

/** What an outcome means for the bytes that were sent. In doubt: unknown. */
export function readBroadcast(outcome: Exchanged, offchain: boolean, key: ApiKey): BroadcastReply {
  if (outcome.kind === 'failure') {
    const what = outcome.sent ? 'no whole answer to the broadcast' : 'the broadcast did not leave'
    return { outcome: 'unknown', message: `${what} (${outcome.code ?? outcome.reason})` }
  }
  const body = parseJson(outcome.body)?.value
  if (outcome.status >= 200 && outcome.status < 300) return readAcceptance(outcome, body, offchain)
  const words = readErrorWords(body, key)
  const said = [words?.errorCode, words?.text].filter((part) => part !== undefined && part !== '').join(': ')
  if (words?.errorCode !== undefined && isJudgement(outcome.status, words.errorCode)) {
    return { outcome: 'refused', message: said }
  }
  const tail = said === '' || outcome.status === 401 ? '' : `: ${said}`
  return { outcome: 'unknown', message: `the broadcast was answered with status ${outcome.status}${tail}` }
}

const isJudgement = (status: number, errorCode: string): boolean =>
  status >= 400 && status < 500 && !NO_JUDGEMENT.has(status) && !NO_JUDGEMENT_CODE.test(errorCode)

function readAcceptance(reply: HttpReply, body: unknown, offchain: boolean): BroadcastReply {
  const accepted = acceptedSchema.safeParse(body)
  if (!accepted.success) {
    return {
      outcome: 'unknown',
      message: `the broadcast was answered with status ${reply.status} and no transaction id`,
    }
  }
  const { txId, failed, completed } = accepted.data
  const done = offchain ? completed === true : true
  return { outcome: 'accepted', txId, completed: done && failed !== true }
}
