import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { decodeFields } from './codec.js'
import { unsignedOf } from './plan.js'

/*
 * When signed bytes can never enter the ledger any more: https://xrpl.org/docs/concepts/transactions/reliable-transaction-submission. Only what a validated ledger
 * says counts: a closed one can still be dropped.
 */

/** About a quarter of an hour: longer than one server is behind another. */
const LAG_LEDGERS = 300

const ledgerReply = z.object({ ledger_index: z.coerce.number().int(), validated: z.boolean().optional() })
const accountReply = z.object({
  ledger_current_index: z.number().int(),
  account_data: z.object({ Account: z.string(), Sequence: z.number().int() }),
})
const historyReply = z.object({
  transactions: z.array(
    z.object({
      validated: z.boolean().optional(),
      tx: z.object({ Account: z.string(), Sequence: z.number(), hash: z.string().optional() }).optional(),
    }),
  ),
})

/** @throws KeywardError API_*; no answer is no proof */
export async function isExpired(plan: SigningPlan, txId: string, lookups: ChainLookups): Promise<boolean> {
  const last = decodeFields(unsignedOf(plan))['LastLedgerSequence']
  if (typeof last === 'number' && (await isValidated(last + LAG_LEDGERS, lookups))) {
    if (await isUnused(plan, last + LAG_LEDGERS, lookups)) return true
  }
  return isReplaced(plan, txId, lookups)
}

/**
 * Is the sequence number still free in a later ledger than this one? A server that does not find the transaction is no proof: most keep the ledgers of some days
 * only. Nothing of the kind can be asked about a ticket.
 */
async function isUnused({ account }: SigningPlan, ledger: number, lookups: ChainLookups): Promise<boolean> {
  if (account === undefined) return false
  const reply = accountReply.safeParse(await lookups.get(`/v3/xrp/account/${account.address}`))
  if (!reply.success) return false
  const { ledger_current_index: current, account_data: data } = reply.data
  return current > ledger && data.Account === account.address && BigInt(data.Sequence) <= BigInt(account.sequence)
}

async function isValidated(index: number, lookups: ChainLookups): Promise<boolean> {
  try {
    const reply = ledgerReply.safeParse(await lookups.get(`/v3/xrp/ledger/${index}`))
    return reply.success && reply.data.ledger_index === index && reply.data.validated === true
  } catch (error) {
    // A ledger that is not there yet.
    if (error instanceof KeywardError && error.code === 'API_REFUSED') return false
    throw error
  }
}

/** Has a validated transaction of the account, another than this one, its sequence number? One with a ticket has none, and two with the same number cannot both be validated. */
async function isReplaced({ account }: SigningPlan, txId: string, lookups: ChainLookups): Promise<boolean> {
  if (account === undefined) return false
  const reply = historyReply.safeParse(await lookups.get(`/v3/xrp/account/tx/${account.address}`))
  if (!reply.success) return false
  return reply.data.transactions.some(
    ({ validated, tx }) =>
      validated === true &&
      tx?.Account === account.address &&
      tx.Sequence.toString() === account.sequence &&
      tx.hash !== undefined &&
      tx.hash.toUpperCase() !== txId.toUpperCase(),
  )
}
