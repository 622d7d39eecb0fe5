import type { ChainLookups, Cosigning, SignedTransaction } from '../../core/chain.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { LruCache } from '../common/lru-cache.js'
import type { AccountSignature } from './encoding.js'
import { envelopeMessage, payloadMessage, transactionId } from './encoding.js'
import { transactionOfNode } from './node.js'
import { bodyOf, transactionOf } from './plan.js'
import { hostedSignature } from './proposal.js'
import { verifyCosigned, verifyTransaction } from './verify.js'
import { parseWire, wireTransaction } from './wire.js'

/*
 * The signatures of Tatum's accounts: the proposer's of the payload, the payer's of the envelope, which holds ours. With them the transaction has its id. Should the
 * API sign anew with another result, the network still executes the payload once at most: its sequence number is used up then.
 */

/** Transactions whose signatures are remembered, so that resending them in the same process sends the same bytes whatever the API does. */
const KEPT = 1000

export function flowCosigning(): Cosigning {
  const known = new LruCache<string, { signed?: SignedTransaction }>(KEPT)
  return {
    async complete(plan, signed, lookups) {
      // What comes from the journal is checked before it is shown to anybody.
      verifyTransaction(plan, signed)
      const entry = known.getOrCompute(signed.raw, () => ({}))
      return (entry.signed ??= await completed(plan, signed, lookups))
    },
    isOurs: (plan, txId, lookups) => isOurs(plan, txId, lookups),
  }
}

async function completed(plan: SigningPlan, signed: SignedTransaction, lookups: ChainLookups) {
  const transaction = transactionOf(plan)
  const { proposer, payer } = bodyOf(plan)
  const own = parseWire(signed.raw).payload_signatures.map(
    ({ address, key_index: keyIndex, signature }): AccountSignature => ({
      address,
      keyIndex: Number(keyIndex),
      signature: Buffer.from(signature, 'base64'),
    }),
  )
  const proposed = await hostedSignature(payloadMessage(transaction), false, lookups)
  const payload = [{ ...hosted(proposer), signature: proposed }, ...own]
  const paid = await hostedSignature(envelopeMessage(transaction, payload), true, lookups)
  const signatures = { payload, envelope: [{ ...hosted(payer), signature: paid }] }
  const whole: SignedTransaction = {
    raw: JSON.stringify(wireTransaction(transaction, signatures)),
    txId: transactionId(transaction, signatures),
  }
  verifyCosigned(plan, whole)
  return whole
}

const hosted = ({ address, keyIndex }: { readonly address: string; readonly keyIndex: number }) => ({
  address,
  keyIndex,
})

/** Has the network's transaction of this id our payload? */
async function isOurs(plan: SigningPlan, txId: string, lookups: ChainLookups): Promise<boolean> {
  const id = /^(?:0x)?([0-9a-f]{64})$/i.exec(txId)?.[1]
  if (id === undefined) return false
  const { payload_signatures: _, envelope_signatures: __, ...ours } = wireTransaction(transactionOf(plan), NOBODY)
  const theirs = await transactionOfNode(id.toLowerCase(), lookups)
  return JSON.stringify(Object.entries(theirs).toSorted()) === JSON.stringify(Object.entries(ours).toSorted())
}

const NOBODY = { payload: [], envelope: [] }
