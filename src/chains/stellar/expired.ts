import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { isKnownTransaction } from '../common/known-transaction.js'
import { accountOf } from './accounts.js'
import type { StellarDefinition } from './definition.js'
import { readEnvelope } from './envelope.js'
import type { Envelope } from './envelope.js'
import { envelopeOf } from './plan.js'

/*
 * When a signed envelope can never be executed any more: its time or ledger bounds have passed at a closed ledger, which is final on Stellar, and its sequence
 * number is still free; or another transaction has that number. Not to be found is no proof: servers keep the transactions of a limited time only.
 */

/** Longer than one server is behind another. */
const LAG_SECONDS = 600
const LAG_LEDGERS = 120

const ledgerReply = z.object({ sequence: z.number().int().min(0), closed_at: z.iso.datetime() })
const accountReply = z.object({ account_id: z.string(), sequence: z.string().regex(/^\d{1,19}$/) })
const hashed = z.object({ hash: z.string() })
const historyReply = z.array(
  z.object({
    hash: z.string(),
    source_account: z.string(),
    source_account_sequence: z.string(),
    // Of a transaction whose fee another account pays: the two that were put together.
    inner_transaction: hashed.optional(),
    fee_bump_transaction: hashed.optional(),
  }),
)

/** @throws KeywardError API_*; no answer is no proof */
export async function isExpired(
  definition: StellarDefinition,
  plan: SigningPlan,
  lookups: ChainLookups,
): Promise<boolean> {
  const envelope = readEnvelope(envelopeOf(plan), definition.passphrase[plan.network])
  const own = [envelope.outer, envelope.transaction].map((part) => part.hash().toString('hex'))
  const unused = (await hasPassed(envelope, lookups)) && (await isUnused(envelope, lookups))
  const lost = unused || (await isReplaced(envelope, own, lookups))
  if (!lost) return false
  // The inner transaction may have been executed within another one that pays its fee.
  for (const hash of new Set(own)) {
    if (await isKnownTransaction(`/v3/${definition.apiPath}/transaction/${hash}`, hash, lookups)) return false
  }
  return true
}

async function hasPassed({ transaction }: Envelope, lookups: ChainLookups): Promise<boolean> {
  const maxTime = Number(transaction.timeBounds?.maxTime ?? 0)
  const maxLedger = transaction.ledgerBounds?.maxLedger ?? 0
  // Zero means that there is no bound.
  if (maxTime === 0 && maxLedger === 0) return false
  const reply = ledgerReply.safeParse(await lookups.get('/v3/xlm/info'))
  if (!reply.success) throw notUnderstood('the last closed ledger')
  const { sequence, closed_at: closedAt } = reply.data
  return (
    (maxTime > 0 && Date.parse(closedAt) / 1000 > maxTime + LAG_SECONDS) ||
    (maxLedger > 0 && sequence > maxLedger + LAG_LEDGERS)
  )
}

async function isUnused({ transaction }: Envelope, lookups: ChainLookups): Promise<boolean> {
  const source = accountOf(transaction.source).address
  const reply = accountReply.safeParse(await lookups.get(`/v3/xlm/account/${source}`))
  if (!reply.success) throw notUnderstood('the account')
  return reply.data.account_id === source && BigInt(reply.data.sequence) < BigInt(transaction.sequence)
}

async function isReplaced({ transaction }: Envelope, own: readonly string[], lookups: ChainLookups): Promise<boolean> {
  const source = accountOf(transaction.source).address
  const reply = historyReply.safeParse(await lookups.get(`/v3/xlm/account/tx/${source}`))
  if (!reply.success) throw notUnderstood('the transactions of the account')
  return reply.data.some(
    (other) =>
      other.source_account === source &&
      other.source_account_sequence === transaction.sequence &&
      ![other.hash, other.inner_transaction?.hash, other.fee_bump_transaction?.hash].some(
        (hash) => hash !== undefined && own.includes(hash.toLowerCase()),
      ),
  )
}

const notUnderstood = (what: string): KeywardError =>
  new KeywardError('API_REPLY_MALFORMED', `the API's answer for ${what} is not understood`, {
    advice: 'It is asked again. If this stays, check the address of the API and its status page.',
  })
