import type { ChainKeys, ChainLookups, PrepareInput } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { signerFrom, singleSignerPlan } from '../common/single-signer.js'
import { headTimeMs } from './lookups.js'
import type { TronRequest } from './request.js'
import type { TronTransaction } from './transaction.js'

/**
 * The node that made the transaction fixed everything, so the plan is the request and is the same whenever it is made.
 * @throws KeywardError SIGNER_MISMATCH, INDEX_INVALID, WALLET_*, TRANSACTION_MALFORMED for one that has expired, API_*
 */
export async function preparePlan(
  keys: Pick<ChainKeys, 'address'>,
  clock: Clock,
  input: PrepareInput<TronRequest>,
  lookups: ChainLookups,
): Promise<SigningPlan> {
  const { json, rawData, transaction } = input.request
  const signer = signerFrom(keys, input)
  if (signer.address !== transaction.owner) {
    throw new KeywardError(
      'SIGNER_MISMATCH',
      `the transaction is ${transaction.owner}'s, the key ${signer.address}'s`,
      {
        advice: 'Name the wallet, and the index, of the address that the transaction is sent from.',
      },
    )
  }
  await requireTimeLeft(transaction, clock, lookups)
  return singleSignerPlan(input, signer, undefined, { json, rawData })
}

/** The time that counts is the network's. This machine's only tells whether to ask for it: a clock that is wrong refuses nothing. */
async function requireTimeLeft({ expirationMs }: TronTransaction, clock: Clock, lookups: ChainLookups): Promise<void> {
  if (clock.now() < expirationMs || (await headTimeMs(lookups)) < expirationMs) return
  throw new KeywardError('TRANSACTION_MALFORMED', `the transaction expired at ${isoTime(expirationMs)}`, {
    advice:
      'Request it again. A TRON transaction lives about a minute unless it is made with a longer expiration, so approvals have to be quick.',
  })
}

/** Years beyond JavaScript's calendar are possible in 64 bits. */
const isoTime = (ms: number): string => (ms <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`)
