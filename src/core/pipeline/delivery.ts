import type { Chain, ChainLookups, SignedTransaction } from '../chain.js'
import type { Clock } from '../clock.js'
import { asKeywardError, remoteText } from '../errors.js'
import type { Journal, Reason } from '../journal.js'
import type { Log } from '../log.js'
import type { SigningPlan } from '../signing-plan.js'
import type { BroadcastReply, TatumApi } from '../tatum-api.js'

/** Signed bytes that are durable in the journal and therefore may leave. */
export interface Delivery {
  readonly chain: Chain
  readonly lookups: ChainLookups
  readonly plan: SigningPlan
  readonly signed: SignedTransaction
}

/** `open`: the outcome is still unknown; the same bytes go out again later. */
export type DeliveryOutcome = 'completed' | 'failed' | 'open'

const ATTEMPTS = 3
const PAUSE_MS = 500

/**
 * Brings stored bytes to the network, once or as often as it takes, always the same bytes. Before bytes are sent again after an unclear answer, Tatum and the
 * chain are asked whether they arrived.
 */
export class DeliveryService {
  constructor(
    private readonly api: TatumApi,
    private readonly journal: Journal,
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** @param resumed the bytes may have been sent by an earlier life of this process, so the look-up comes first. */
  async deliver(ours: Delivery, resumed: boolean, stopping: AbortSignal): Promise<DeliveryOutcome> {
    const { pendingId } = ours.plan
    const delivery = await this.#cosigned(ours)
    if (delivery === undefined) return (await this.#lookUp(ours)) ?? this.#giveUpIfDead(ours)
    if (resumed) {
      const ended = await this.#lookUp(delivery)
      if (ended) return ended
    }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const sentBefore = resumed || attempt > 1
      const reply = await this.#send(delivery, sentBefore)
      if (reply.outcome === 'accepted') return this.#complete(delivery, reply.txId, !reply.completed)
      const meaning = reply.outcome === 'unknown' ? 'unknown' : delivery.chain.transactions.rejection(reply.message)
      if (meaning === 'already-known') return this.#complete(delivery, delivery.signed.txId, true)
      if (meaning === 'rejected') return await this.#reject(delivery, reply.message, sentBefore)
      await this.journal.record(pendingId, {
        to: 'broadcasting',
        reason: { code: 'BROADCAST_UNKNOWN', message: reply.message },
      })
      this.log.warn('broadcast.unclear', { id: pendingId, chain: delivery.plan.chain, attempt, reason: reply.message })
      const ended = await this.#lookUp(delivery)
      if (ended) return ended
      if (attempt < ATTEMPTS) await this.clock.sleep(PAUSE_MS * 2 ** attempt, stopping)
      if (stopping.aborted) return 'open'
    }
    return this.#giveUpIfDead(delivery)
  }

  /** The whole transaction, where others sign after us; `undefined` when they did not. They have seen our signature then, so the bytes count as sent. */
  async #cosigned(delivery: Delivery): Promise<Delivery | undefined> {
    const { chain, plan, signed, lookups } = delivery
    const { cosigning } = chain.transactions
    if (cosigning === undefined) return delivery
    try {
      return { ...delivery, signed: await cosigning.complete(plan, signed, lookups) }
    } catch (thrown) {
      const { code, message } = asKeywardError(thrown)
      await this.journal.record(plan.pendingId, { to: 'broadcasting', reason: { code, message } })
      this.log.warn('broadcast.not-cosigned', { id: plan.pendingId, chain: plan.chain, code, reason: message })
      return undefined
    }
  }

  /**
   * Bytes that were sent before may be refused because they have arrived: nothing fails before it has been looked for. Only a network that answers can say that
   * they have not.
   */
  async #reject(delivery: Delivery, message: string, sentBefore: boolean): Promise<DeliveryOutcome> {
    const ended = await this.#lookUp(delivery)
    if (ended) return ended
    const { chain, signed, lookups } = delivery
    const seen = sentBefore && (await chain.transactions.find(signed.txId, lookups).catch(() => undefined))
    return seen === false ? this.#fail(delivery, { code: 'BROADCAST_REJECTED', message }) : 'open'
  }

  /** Ends what can never arrive, so that it does not hold up its account for ever. What cannot be proven dead stays open. */
  async #giveUpIfDead(delivery: Delivery): Promise<DeliveryOutcome> {
    const { chain, plan, lookups, signed } = delivery
    const dead = await chain.transactions.expired?.(plan, lookups, signed).catch(() => false)
    if (dead !== true) return 'open'
    return this.#reject(
      delivery,
      'the signed transaction can never become valid any more: it expired, or another one took its place',
      true,
    )
  }

  async #send(delivery: Delivery, sentBefore: boolean): Promise<BroadcastReply> {
    const { plan, signed, chain, lookups } = delivery
    try {
      if (chain.transactions.submit === undefined) return await this.#broadcast(delivery, signed.raw)
      const reply = await chain.transactions.submit(plan, signed, lookups, sentBefore)
      // The bytes are out; the API only has to hear of them, and what it says to that is no judgement on the bytes.
      if (reply.outcome === 'accepted') await this.#broadcast(delivery, signed.txId).catch(() => undefined)
      return reply
    } catch (thrown) {
      return { outcome: 'unknown', message: asKeywardError(thrown).message }
    }
  }

  #broadcast({ plan, chain }: Delivery, data: string): Promise<BroadcastReply> {
    const { apiPath, offchainWithdrawals } = chain.definition
    const withdrawal = offchainWithdrawals && plan.withdrawalId !== undefined ? { withdrawalId: plan.withdrawalId } : {}
    return this.api.broadcast({ chain: plan.chain, apiPath, pendingId: plan.pendingId, raw: data, ...withdrawal })
  }

  /** Asks Tatum and the network where the transaction is. Without an answer it counts as unseen: the same bytes may safely go out again. */
  async #lookUp(delivery: Delivery): Promise<DeliveryOutcome | undefined> {
    const { plan, signed, chain, lookups } = delivery
    const status = await this.api.status(plan.pendingId).catch(() => undefined)
    const doneAs = status?.state === 'done' ? status.txId : undefined
    if (doneAs !== undefined && sameTxId(doneAs, signed.txId)) return this.#complete(delivery, signed.txId, false)
    if (await chain.transactions.find(signed.txId, lookups).catch(() => false))
      return this.#complete(delivery, signed.txId, true)
    if (doneAs === undefined) return undefined
    const same = await chain.transactions.cosigning?.isOurs(plan, doneAs, lookups).catch(() => 'not known')
    if (same === true) return this.#complete({ ...delivery, signed: { ...signed, txId: doneAs } }, doneAs, false)
    if (same === 'not known') return undefined
    return this.#fail(delivery, {
      code: 'BROADCAST_REJECTED',
      message: `Tatum calls it done as ${remoteText(doneAs)}, which is another transaction than ours; ours is not sent again`,
    })
  }

  /** The transaction is out. Telling Tatum is repeated until it works, because an unmarked transaction stays in its list. */
  async #complete(delivery: Delivery, txId: string, mark: boolean): Promise<DeliveryOutcome> {
    const { pendingId, chain } = delivery.plan
    if (!sameTxId(txId, delivery.signed.txId)) {
      this.log.warn('broadcast.other-id', { id: pendingId, chain, txId: delivery.signed.txId, answered: txId })
    }
    if (mark) {
      try {
        await this.api.complete(pendingId, delivery.signed.txId)
      } catch (thrown) {
        const error = asKeywardError(thrown)
        // 4xx: already marked, or gone. The transaction itself is on its way, which is what matters.
        if (error.code !== 'API_REFUSED') {
          await this.journal.record(pendingId, {
            to: 'broadcasting',
            reason: { code: error.code, message: `sent, but not marked as done: ${error.message}` },
          })
          return 'open'
        }
      }
    }
    await this.journal.record(pendingId, { to: 'completed', txId: delivery.signed.txId })
    this.log.info('transaction.completed', { id: pendingId, chain, txId: delivery.signed.txId })
    return 'completed'
  }

  async #fail(delivery: Delivery, reason: Reason): Promise<DeliveryOutcome> {
    await this.journal.record(delivery.plan.pendingId, { to: 'failed', reason })
    this.log.error('transaction.failed', { id: delivery.plan.pendingId, chain: delivery.plan.chain, ...reason })
    return 'failed'
  }
}

/** Transaction ids are hexadecimal on some chains, where case and the 0x prefix mean nothing, and case-sensitive text on others. */
function sameTxId(left: string, right: string): boolean {
  const plain = (id: string): string => (/^(0x)?[0-9a-f]+$/i.test(id) ? id.toLowerCase().replace(/^0x/, '') : id)
  return plain(left) === plain(right)
}
