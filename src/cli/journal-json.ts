import type { ChainRegistry } from '../core/chain.js'
import { KeywardError } from '../core/errors.js'
import { pendingIdSchema } from '../core/ids.js'
import type { PendingId } from '../core/ids.js'
import { TRANSACTION_STATES } from '../core/journal.js'
import type { HistoryStep, Journal, JournalEntry, JournalFilter, TransactionState } from '../core/journal.js'
import type { JsonObject } from '../core/json.js'
import type { CommandArguments } from './arguments.js'
import { parseCount, parseNetwork } from './wallet-arguments.js'

const MAX_LISTED = 100_000

/** @throws KeywardError USAGE, CHAIN_UNKNOWN */
export function readFilter(args: CommandArguments, chains: ChainRegistry): JournalFilter {
  const states = args.text('state')
  const chain = args.text('chain')
  const network = parseNetwork(args.text('network'))
  const limit = args.text('limit')
  return {
    ...(states === undefined ? {} : { states: states.split(',').map(parseState) }),
    ...(chain === undefined ? {} : { chain: chains.resolve(chain) }),
    ...(network === undefined ? {} : { network }),
    ...(limit === undefined ? {} : { limit: parseCount(limit, '--limit', MAX_LISTED) }),
  }
}

function parseState(text: string): TransactionState {
  const state = TRANSACTION_STATES.find((known) => known === text.trim().toLowerCase())
  if (state !== undefined) return state
  throw new KeywardError('USAGE', '--state names a state that does not exist', {
    advice: `The states are ${TRANSACTION_STATES.join(', ')}.`,
  })
}

/** @throws KeywardError USAGE */
export function parsePendingId(text: string): PendingId {
  const id = pendingIdSchema.safeParse(text.trim())
  if (id.success) return id.data
  throw new KeywardError('USAGE', 'that is not the id of a pending transaction', {
    advice: 'It has 24 hexadecimal digits; `keyward transactions list` shows those that are known.',
  })
}

/** @throws KeywardError TRANSACTION_NOT_FOUND, JOURNAL_IO */
export async function findEntry(journal: Journal, id: PendingId): Promise<JournalEntry> {
  const entry = await journal.get(id)
  if (entry !== undefined) return entry
  throw new KeywardError('TRANSACTION_NOT_FOUND', `the journal does not know the pending transaction ${id}`, {
    advice: 'The daemon has not met it yet, or keeps another journal: compare `keyward config show` with its settings.',
  })
}

/** What a list shows of a transaction. */
export function summaryJson(entry: JournalEntry): JsonObject {
  const { pendingId, chain, network, state, summary, txId, reason, createdAt, updatedAt } = entry
  return {
    id: pendingId,
    chain,
    testnet: network === 'testnet',
    state,
    summary,
    txId,
    reason: reason && { ...reason },
    createdAt,
    updatedAt,
  }
}

export function detailsJson(entry: JournalEntry, history: readonly HistoryStep[], withBytes: boolean): JsonObject {
  const { requestDigest, digest, decision, plan, signed } = entry
  return {
    ...summaryJson(entry),
    requestDigest,
    planDigest: digest,
    decision: decision && { ...decision },
    plan: plan && { ...plan },
    ...(withBytes && signed !== undefined ? { raw: signed.raw } : {}),
    history: history.map(({ at, state, reason }) => ({ at, state, reason: reason && { ...reason } })),
  }
}
