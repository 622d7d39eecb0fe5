import { createHash, randomBytes } from 'node:crypto'
import { chainCodeSchema, digestSchema, pendingIdSchema } from '../../src/core/ids.js'
import type { Digest, PendingId } from '../../src/core/ids.js'
import type { Claim, Journal, JournalEntry, TransactionState, Transition } from '../../src/core/journal.js'
import { planDigest, signingPlanSchema } from '../../src/core/signing-plan.js'
import type { SigningPlan } from '../../src/core/signing-plan.js'

export const ETH = chainCodeSchema.parse('ETH')
export const BTC = chainCodeSchema.parse('BTC')

export const newPendingId = (): PendingId => pendingIdSchema.parse(randomBytes(12).toString('hex'))

export const digestOf = (text: string): Digest => digestSchema.parse(createHash('sha256').update(text).digest('hex'))

/** A request that nobody has seen before. */
export function newClaim(fields: Partial<Claim> = {}): Claim {
  const pendingId = fields.pendingId ?? newPendingId()
  return { pendingId, chain: ETH, network: 'testnet', requestDigest: digestOf(pendingId), ...fields }
}

interface PlanOptions {
  readonly account?: { readonly address: string; readonly sequence: string }
  readonly body?: Readonly<Record<string, string>>
}

/** The plan of a request: always the same one for the same arguments. */
export function planOf(claim: Claim, { account, body = {} }: PlanOptions = {}): SigningPlan {
  return signingPlanSchema.parse({
    version: 1,
    pendingId: claim.pendingId,
    chain: claim.chain,
    network: claim.network,
    requestDigest: claim.requestDigest,
    signers: [{ signatureId: '4057be77-70f3-4a1a-a0da-dfa083830513', index: 7, address: '0xsender' }],
    ...(account === undefined ? {} : { account }),
    body: { to: '0xreceiver', value: '340282366920938463463374607431768211455', ...body },
  })
}

export const SIGNED = { raw: '0x02f8b1', txId: '0xcomputed' } as const

/** A step into a state, as the pipeline would take it for this request. */
export function stepTo(to: TransactionState, claim: Claim, plan = planOf(claim)): Transition {
  const reason = { code: 'WALLET_NOT_FOUND', message: `why it is ${to}` }
  switch (to) {
    case 'claimed':
      return { to }
    case 'prepared':
      return { to, plan, digest: planDigest(plan), summary: 'pay 1 ETH to 0xreceiver' }
    case 'approved':
      return { to, decision: { verdict: 'approved', digest: planDigest(plan), by: 'policy' } }
    case 'signed':
      return { to, signed: SIGNED }
    case 'broadcasting':
      return { to }
    case 'completed':
      return { to, txId: '0xcompleted' }
    case 'refused':
    case 'failed':
      return { to, reason }
  }
}

/** Steps that lead from `claimed` to each state. */
export const PATHS: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  claimed: [],
  prepared: ['prepared'],
  approved: ['prepared', 'approved'],
  signed: ['prepared', 'approved', 'signed'],
  broadcasting: ['prepared', 'approved', 'signed', 'broadcasting'],
  completed: ['prepared', 'approved', 'signed', 'broadcasting', 'completed'],
  refused: ['prepared', 'refused'],
  failed: ['prepared', 'approved', 'signed', 'failed'],
}

/** Claims a new transaction and leads it to a state. */
export async function bringTo(
  journal: Journal,
  state: TransactionState,
  claim = newClaim(),
  plan = planOf(claim),
): Promise<Claim> {
  await journal.claim([claim])
  for (const step of PATHS[state]) await journal.record(claim.pendingId, stepTo(step, claim, plan))
  return claim
}

/** The entry that must be there. */
export async function entryIn(journal: Journal, pendingId: PendingId): Promise<JournalEntry> {
  const entry = await journal.get(pendingId)
  if (entry === undefined) throw new Error(`the journal does not know ${pendingId}`)
  return entry
}

/** The error that a call must end with. */
export async function rejection(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (thrown) {
    return thrown
  }
  throw new Error('the call was expected to be rejected')
}
