import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { isKnownTransaction } from '../common/known-transaction.js'
import { currentSlot } from './node.js'
import { transactionOf } from './plan.js'

/** The network may give up the newest blocks for others, but none that 36 hours lie upon: 3k/f slots, with k of 2160 blocks and a block in every twentieth slot. */
const FINAL_SLOTS = 129_600n

/** Does the network know this transaction? @throws KeywardError API_* for anything but a yes or a no. */
export async function isKnown(txId: string, lookups: ChainLookups): Promise<boolean> {
  try {
    return await isKnownTransaction(`/v3/ada/transaction/${txId}`, txId, lookups)
  } catch (error) {
    // Some of the API's chains say "there is none" with this status and a word of their own.
    const { status, errorCode } = error instanceof KeywardError ? error.context : {}
    if (status === 403 && (errorCode === 'tx.not.found' || errorCode === 'tx.missing')) return false
    throw error
  }
}

/** Has its last slot passed, so long ago that no block of that time can be replaced any more? @throws KeywardError API_* */
export async function isExpired(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
  const { expirySlot } = transactionOf(plan)
  return expirySlot !== undefined && (await currentSlot(plan.network, lookups)) > expirySlot + FINAL_SLOTS
}
