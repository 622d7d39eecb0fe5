import { inject, injectable } from '../injection.js'
import type { Approver, Decision } from '../approver.js'
import type { Chain, ChainLookups, PrepareInput, SignedTransaction } from '../chain.js'
import type { Clock } from '../clock.js'
import { asKeywardError, KeywardError } from '../errors.js'
import { intentSummary } from '../intent.js'
import type { Journal, JournalEntry, Reason } from '../journal.js'
import type { Keyring } from '../keyring.js'
import type { Log } from '../log.js'
import type { PendingTransaction } from '../pending-transaction.js'
import { planDigest } from '../signing-plan.js'
import type { SigningPlan } from '../signing-plan.js'
import type { TatumApi } from '../tatum-api.js'
import { TOKENS } from '../tokens.js'
import { DeliveryService } from './delivery.js'
import type { Delivery } from './delivery.js'

/** A transaction on its walk. */
export interface Walk {
  readonly chain: Chain
  readonly lookups: ChainLookups
  readonly input: PrepareInput
  readonly entry: JournalEntry
  /** Aborts when the daemon stops: a walk that has not signed yet ends there. */
  readonly stopping: AbortSignal
}

/** Where a walk ended. `waiting` is taken up again when Tatum lists the transaction again. */
export type WalkOutcome =
  { readonly end: 'completed' } | { readonly end: 'refused' | 'failed' | 'waiting'; readonly error: KeywardError }

/**
 * The walk of one transaction, from the request to its completion. Read `walk` from top to bottom: each step is durable before the next one has an effect
 * outside, and nothing after `signed` can sign again.
 */
@injectable()
export class Pipeline {
  readonly #delivery: DeliveryService

  constructor(
    @inject(TOKENS.Journal) private readonly journal: Journal,
    @inject(TOKENS.TatumApi) api: TatumApi,
    @inject(TOKENS.Approver) private readonly approver: Approver,
    @inject(TOKENS.Keyring) private readonly keyring: Keyring,
    @inject(TOKENS.Log) private readonly log: Log,
    @inject(TOKENS.Clock) clock: Clock,
  ) {
    this.#delivery = new DeliveryService(api, journal, log, clock)
  }

  /** Never throws but for JOURNAL_IO, which must stop the daemon: without a journal nothing may be signed. */
  async walk(walk: Walk): Promise<WalkOutcome> {
    const { chain, entry, stopping } = walk
    try {
      requireRunning(stopping)
      const plan = await chain.transactions.prepare(walk.input, walk.lookups)
      const { decision, steps } = await this.#approve(walk, plan)
      requireRunning(stopping)
      const signed = await this.#sign(chain, plan)
      // Plan, yes and bytes may share one commit. Nothing leaves before all three are durable; the first that is refused says why.
      for (const step of [...steps, begun(this.journal.record(entry.pendingId, { to: 'signed', signed }))]) await step
      this.log.info('transaction.signed', {
        id: entry.pendingId,
        chain: entry.chain,
        txId: signed.txId,
        approvedBy: decision.by,
      })
      return await this.deliver({ chain, lookups: walk.lookups, plan, signed }, false, stopping)
    } catch (thrown) {
      return this.setAside(entry, asKeywardError(thrown))
    }
  }

  /** Sends bytes that an earlier walk signed. @throws KeywardError JOURNAL_IO */
  async deliver(delivery: Delivery, resumed: boolean, stopping: AbortSignal): Promise<WalkOutcome> {
    try {
      return await this.#deliver(delivery, resumed, stopping)
    } catch (thrown) {
      return this.#outwait(delivery.plan, asKeywardError(thrown))
    }
  }

  async #deliver(delivery: Delivery, resumed: boolean, stopping: AbortSignal): Promise<WalkOutcome> {
    const outcome = await this.#delivery.deliver(delivery, resumed, stopping)
    if (outcome === 'completed') return { end: 'completed' }
    if (outcome === 'failed') {
      const reason = (await this.journal.get(delivery.plan.pendingId))?.reason
      return {
        end: 'failed',
        error: new KeywardError('BROADCAST_REJECTED', reason?.message ?? 'the network rejected the transaction'),
      }
    }
    const message = 'the outcome of the broadcast is not known yet; the same bytes are sent again'
    return { end: 'waiting', error: new KeywardError('BROADCAST_UNKNOWN', message) }
  }

  /** Begins to store the plan, asks for the yes that is bound to its digest, and begins to store that. @throws KeywardError APPROVAL_REFUSED, APPROVAL_PENDING */
  async #approve({ chain, input, entry, stopping }: Walk, plan: SigningPlan): Promise<Approval> {
    const { journal } = this
    const digest = planDigest(plan)
    const intent = chain.transactions.decode(plan, input.wallets)
    const prepared = { to: 'prepared', plan, digest, summary: intentSummary(intent) } as const
    const isStored = entry.state === 'prepared' && entry.digest === digest
    // Not awaited here: the journal keeps the order of calls, so what follows is durable only after this is.
    const steps = isStored ? [] : [begun(journal.record(entry.pendingId, prepared))]
    const decision = await this.#review(input.pending, plan, digest, intent, stopping)
    if (decision.verdict === 'refused') throw new ApprovalRefused(decision)
    if (decision.verdict !== 'approved' || decision.digest !== digest) {
      throw new KeywardError('APPROVAL_PENDING', decision.reason ?? `${decision.by} has not decided yet`)
    }
    steps.push(begun(journal.record(entry.pendingId, { to: 'approved', decision })))
    return { decision, steps }
  }

  async #review(pending: PendingTransaction, plan: SigningPlan, ...rest: ReviewRest): Promise<Decision> {
    const [digest, intent, signal] = rest
    return this.approver.review({ pending, plan, digest, intent, signal })
  }

  async #sign(chain: Chain, plan: SigningPlan): Promise<SignedTransaction> {
    const { transactions } = chain
    const signed = await this.keyring.with(chain, plan.signers, (keyOf) => transactions.sign(plan, keyOf))
    if (transactions.verifyInBackground) await transactions.verifyInBackground(plan, signed)
    else transactions.verify(plan, signed)
    return signed
  }

  /** Records why a transaction goes no further now. Before `signed` only: afterwards the outcome is the delivery's to find out. */
  async setAside(entry: JournalEntry, error: KeywardError): Promise<WalkOutcome> {
    try {
      return await this.#recordAside(entry, error)
    } catch (thrown) {
      return this.#outwait(entry, asKeywardError(thrown))
    }
  }

  /**
   * Another process holds the journal. What could not be recorded did not happen: the transaction goes on from where the journal has it, as after a crash. Bytes
   * that may be out hold up their account until then.
   */
  async #outwait(
    { pendingId, chain }: Pick<JournalEntry, 'pendingId' | 'chain'>,
    error: KeywardError,
  ): Promise<WalkOutcome> {
    if (error.code !== 'JOURNAL_LOCKED') throw error
    this.log.error('journal.locked', { id: pendingId, chain, reason: error.message, advice: error.advice })
    const state = await this.journal.get(pendingId).then(
      (entry) => entry?.state,
      () => undefined,
    )
    if (state === 'claimed' || state === 'prepared' || state === 'approved') return { end: 'waiting', error }
    return { end: 'waiting', error: new KeywardError('BROADCAST_UNKNOWN', error.message) }
  }

  async #recordAside(entry: JournalEntry, error: KeywardError): Promise<WalkOutcome> {
    if (['JOURNAL_IO', 'JOURNAL_CONFLICT', 'JOURNAL_LOCKED'].includes(error.code)) throw error
    const reason: Reason = { code: error.code, message: error.message }
    const current = (await this.journal.get(entry.pendingId)) ?? entry
    if (current.state === 'signed' || current.state === 'broadcasting') return { end: 'waiting', error }
    if (error.mayPass) {
      await this.#recordWaiting(current, reason)
      this.log.warn('transaction.waiting', { id: entry.pendingId, chain: entry.chain, ...reason })
      return { end: 'waiting', error }
    }
    const decision = error instanceof ApprovalRefused ? { decision: error.decision } : {}
    await this.journal.record(entry.pendingId, { to: 'refused', reason, ...decision })
    const level = error.code === 'APPROVAL_REFUSED' ? 'warn' : 'error'
    this.log[level]('transaction.refused', { id: entry.pendingId, chain: entry.chain, ...reason })
    return { end: 'refused', error }
  }

  /** A transaction keeps its plan while it waits, so that an approver is asked about the same digest again. */
  async #recordWaiting(entry: JournalEntry, reason: Reason): Promise<void> {
    if (entry.reason?.code === reason.code && entry.reason.message === reason.message) return
    const { plan, digest, summary } = entry
    if (plan === undefined || digest === undefined)
      await this.journal.record(entry.pendingId, { to: 'claimed', reason })
    else await this.journal.record(entry.pendingId, { to: 'prepared', plan, digest, summary: summary ?? '', reason })
  }
}

/** A yes, and the journal's steps up to it, each settled when it is durable. */
interface Approval {
  readonly decision: Decision
  readonly steps: readonly Promise<void>[]
}

/** A step that is awaited later, or not at all when the walk ends before that: then the journal's next answer says what is wrong. */
function begun(step: Promise<void>): Promise<void> {
  step.catch(() => undefined)
  return step
}

type ReviewRest = [
  digest: ReturnType<typeof planDigest>,
  intent: Parameters<typeof intentSummary>[0],
  signal: AbortSignal,
]

/** A no for good, with the decision that said so. */
class ApprovalRefused extends KeywardError {
  constructor(readonly decision: Decision) {
    super('APPROVAL_REFUSED', `${decision.by} refused it${decision.reason === undefined ? '' : `: ${decision.reason}`}`)
  }
}

function requireRunning(stopping: AbortSignal): void {
  if (stopping.aborted)
    throw new KeywardError('INTERRUPTED', 'the daemon is stopping; the transaction is taken up at the next start')
}
