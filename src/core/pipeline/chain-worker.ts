import type { Chain, PrepareInput } from '../chain.js'
import type { Clock } from '../clock.js'
import { asKeywardError, KeywardError } from '../errors.js'
import type { ChainCode, Network, PendingId, SignatureId } from '../ids.js'
import type { Journal, JournalEntry } from '../journal.js'
import type { Log } from '../log.js'
import type { SigningPlan } from '../signing-plan.js'
import type { TatumApi } from '../tatum-api.js'
import type { WalletDirectory } from '../wallet-directory.js'
import { admit } from './admission.js'
import { BlockedAccounts } from './blocked-accounts.js'
import type { FailureReports } from './failure-reports.js'
import type { Slots } from '../slots.js'
import type { Lanes } from './lanes.js'
import { readListing, walletsNamed } from './listing.js'
import type { Listed } from './listing.js'
import type { ApiLookups } from './lookups.js'
import type { Pipeline, WalkOutcome } from './pipeline.js'
import type { RetrySchedule } from './retry-schedule.js'
import { count, emptyTally } from './round-tally.js'
import type { RoundTally } from './round-tally.js'
import { Underway } from './underway.js'

/** What all chains of a daemon share. */
export interface Workshop {
  readonly api: TatumApi
  readonly journal: Journal
  readonly directory: WalletDirectory
  readonly pipeline: Pipeline
  readonly reports: FailureReports
  readonly retries: RetrySchedule
  readonly lanes: Lanes
  readonly slots: Slots
  readonly clock: Clock
  readonly log: Log
}

export interface Selection {
  readonly network: Network
  /** Poll for these wallets instead of all of the store. */
  readonly wallets?: readonly SignatureId[]
  /** Leave all other pending transactions alone. */
  readonly transactionIds?: ReadonlySet<string>
}

const MAX_RESUMED = 100_000

/** One chain's part of the daemon: polls, claims, and sends each new transaction on its walk. Chains share nothing that can block. */
export class ChainWorker {
  readonly #underway = new Underway()
  readonly #blocked = new BlockedAccounts()
  #tally = emptyTally()

  constructor(
    private readonly chain: Chain,
    private readonly lookups: ApiLookups,
    private readonly shop: Workshop,
    private readonly selection: Selection,
    private readonly stopping: AbortSignal,
  ) {}

  get code(): ChainCode {
    return this.chain.definition.code
  }

  get underway(): number {
    return this.#underway.size
  }

  /** One poll: resumes what has signed bytes, lists what waits, starts the walks. Resolves when they are started. @throws KeywardError API_*, JOURNAL_IO */
  async round(): Promise<void> {
    this.#underway.throwIfFatal()
    await this.#resume()
    await this.shop.directory.refresh()
    const ids = this.selection.wallets ?? this.shop.directory.signatureIds(this.code, this.selection.network)
    if (ids.length === 0) return
    const items = await this.shop.api.pending(this.code, ids, this.stopping)
    if (items.length > 0) await this.#take(items, ids)
  }

  /** Resolves when no transaction is on its walk, and returns how they ended since the last call. @throws KeywardError JOURNAL_IO */
  async settle(): Promise<RoundTally> {
    await this.#underway.settled()
    const tally = this.#tally
    this.#tally = emptyTally()
    return tally
  }

  async #resume(): Promise<void> {
    const { network } = this.selection
    const filter = { states: ['signed', 'broadcasting'], chain: this.code, network, limit: MAX_RESUMED } as const
    for (const entry of (await this.shop.journal.list(filter)).toReversed()) this.#redeliver(entry)
  }

  async #take(items: readonly unknown[], ids: readonly SignatureId[]): Promise<void> {
    const { network, transactionIds } = this.selection
    const wanted = (id: PendingId): boolean =>
      !this.#underway.has(id) && transactionIds?.has(id) !== false && this.shop.retries.mayTry(id)
    const nameless = (): void => this.shop.log.warn('transaction.without-id', { chain: this.code })
    const listed = readListing(items, { chain: this.code, network }, wanted, nameless)
    const entries = await this.shop.journal.claim(listed.map(({ claim }) => claim))
    await this.shop.directory.complete(walletsNamed(listed), this.chain.keys)
    const requested = new Set(ids)
    for (const [position, item] of listed.entries()) {
      const entry = entries[position]
      if (entry && !this.#underway.has(entry.pendingId)) this.#start(item, entry, requested)
    }
  }

  #start(item: Listed, entry: JournalEntry, requested: ReadonlySet<SignatureId>): void {
    switch (entry.state) {
      case 'signed':
      case 'broadcasting':
        this.#redeliver(entry)
        return
      case 'completed':
        this.#begin(entry.pendingId, () => this.#markAgain(entry))
        return
      case 'refused':
      case 'failed':
        return
      case 'claimed':
      case 'prepared':
      case 'approved':
        this.#begin(entry.pendingId, () => this.#walk(item, entry, requested))
    }
  }

  async #walk(item: Listed, known: JournalEntry, requested: ReadonlySet<SignatureId>): Promise<WalkOutcome> {
    const { pipeline, directory, lanes, slots } = this.shop
    if (item.pending === undefined) return pipeline.setAside(known, item.error)
    try {
      if (item.pending.txId !== undefined) return await this.#doneElsewhere(known, item.pending.txId)
      const changed = known.requestDigest !== item.claim.requestDigest
      const rules = { network: this.selection.network, directory, requested }
      const input = admit(this.chain.transactions, item.pending, changed ? undefined : known.plan, rules)
      const accounts = this.chain.transactions.accounts(input).map((account) => `${this.code}/${account}`)
      const near = (): void => this.#warmUp(input)
      const work = async (): Promise<WalkOutcome> => {
        const entry = changed ? await this.#renew(known, item) : known
        return this.#inTurn(accounts, entry, input)
      }
      return await lanes.run(accounts, { near, work: () => slots.run(work) })
    } catch (thrown) {
      return pipeline.setAside(known, asKeywardError(thrown))
    }
  }

  /** The turn of a transaction in the lanes of its accounts has come. */
  async #inTurn(accounts: readonly string[], entry: JournalEntry, input: PrepareInput): Promise<WalkOutcome> {
    const blocker = this.#blocked.blockerOf(accounts)
    if (blocker !== undefined) {
      const message = `an earlier transaction of the same account (${blocker}) has no known outcome yet`
      return { end: 'waiting', error: new KeywardError('BROADCAST_UNKNOWN', message) }
    }
    const { chain, lookups, stopping } = this
    const outcome = await this.shop.pipeline.walk({ chain, lookups, input, entry, stopping })
    this.#blocked.note(accounts, entry.pendingId, outcome)
    return outcome
  }

  /** Look-ups ahead of the turn. A failure here is found again, and handled, when the turn comes. */
  #warmUp(input: PrepareInput): void {
    if (this.stopping.aborted) return
    this.chain.transactions.warmUp?.(input, this.lookups).catch(() => undefined)
  }

  /** The same id with another content: whatever was planned for the old one is void. */
  async #renew(known: JournalEntry, { claim }: Listed): Promise<JournalEntry> {
    this.shop.log.warn('transaction.changed', { id: known.pendingId, chain: this.code })
    await this.shop.journal.record(known.pendingId, { to: 'claimed', requestDigest: claim.requestDigest })
    return (await this.shop.journal.get(known.pendingId)) ?? known
  }

  #redeliver({ pendingId, plan, signed }: JournalEntry): void {
    if (plan === undefined || signed === undefined) return
    if (this.#underway.has(pendingId) || !this.shop.retries.mayTry(pendingId)) return
    const accounts = accountsOf(plan)
    const delivery = { chain: this.chain, lookups: this.lookups, plan, signed }
    const work = async (): Promise<WalkOutcome> => {
      const outcome = await this.shop.pipeline.deliver(delivery, true, this.stopping)
      this.#blocked.note(accounts, pendingId, outcome)
      return outcome
    }
    this.#begin(pendingId, () => this.shop.lanes.run(accounts, { work: () => this.shop.slots.run(work) }))
  }

  async #doneElsewhere(entry: JournalEntry, txId: string): Promise<WalkOutcome> {
    const reason = {
      code: 'ALREADY_DONE',
      message: 'listed with a transaction id: it was completed elsewhere and is not signed here',
    }
    await this.shop.journal.record(entry.pendingId, { to: 'completed', txId, reason })
    this.shop.log.warn('transaction.done-elsewhere', { id: entry.pendingId, chain: this.code, txId })
    return { end: 'completed' }
  }

  /** Completed here, listed all the same: Tatum did not hear of it, so it is told again. It is never signed again. */
  async #markAgain(entry: JournalEntry): Promise<WalkOutcome> {
    this.shop.retries.failed(entry.pendingId)
    this.shop.log.info('transaction.listed-again', { id: entry.pendingId, chain: this.code })
    if (entry.txId !== undefined) await this.shop.api.complete(entry.pendingId, entry.txId).catch(() => undefined)
    return { end: 'completed' }
  }

  #begin(id: PendingId, walk: () => Promise<WalkOutcome>): void {
    this.#underway.begin(id, walk, (outcome) => {
      count(this.#tally, outcome)
      if (outcome.end === 'completed') return
      const { code, message } = outcome.error
      if (outcome.end === 'waiting' && code !== 'APPROVAL_PENDING') this.shop.retries.failed(id)
      this.shop.reports.add(id, code, message)
    })
  }
}

/** Only account chains need an order among transactions whose bytes exist; the others name outputs, which cannot be spent twice. */
const accountsOf = ({ chain, account }: SigningPlan): readonly string[] =>
  account === undefined ? [] : [`${chain}/${account.address}`]
