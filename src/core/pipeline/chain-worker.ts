import type { Chain } from '../chain.js'
import type { Clock } from '../clock.js'
import { asKeywardError, KeywardError } from '../errors.js'
import { digestSchema } from '../ids.js'
import type { ChainCode, Digest, Network, PendingId, SignatureId } from '../ids.js'
import type { Claim, Journal, JournalEntry } from '../journal.js'
import type { Log } from '../log.js'
import { parsePendingTransaction, pendingIdOf, requestDigest } from '../pending-transaction.js'
import type { PendingTransaction } from '../pending-transaction.js'
import type { SigningPlan } from '../signing-plan.js'
import type { TatumApi } from '../tatum-api.js'
import type { WalletDirectory } from '../wallet-directory.js'
import { admit } from './admission.js'
import type { FailureReports } from './failure-reports.js'
import type { Lanes, Slots } from './lanes.js'
import type { ApiLookups } from './lookups.js'
import type { Pipeline, WalkOutcome } from './pipeline.js'
import type { RetrySchedule } from './retry-schedule.js'

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

/** Ends of one round, counted. */
export interface RoundTally {
  completed: number
  refused: number
  failed: number
  waiting: number
  /** Of refused and waiting: those where an approver said no or nothing yet. They are not failures of this program. */
  unapproved: number
}

const emptyTally = (): RoundTally => ({ completed: 0, refused: 0, failed: 0, waiting: 0, unapproved: 0 })

/** One chain's part of the daemon: polls, claims, and sends each new transaction on its walk. Chains share nothing that can block. */
export class ChainWorker {
  /** Transactions on their walk at this moment: a list that names them again is no news. */
  readonly #underway = new Map<PendingId, Promise<void>>()
  /** Accounts whose earlier transaction has bytes out with an unknown outcome: later ones of that account wait. */
  readonly #blocked = new Map<string, PendingId>()
  #tally = emptyTally()
  #fatal: KeywardError | undefined

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

  /** One poll: resumes what has signed bytes, lists what waits, starts the walks. Resolves when they are started. @throws KeywardError API_*, JOURNAL_IO */
  async round(): Promise<void> {
    this.#throwFatal()
    await this.#resume()
    await this.shop.directory.refresh()
    const ids = this.selection.wallets ?? this.shop.directory.signatureIds(this.code, this.selection.network)
    if (ids.length === 0) return
    const items = await this.shop.api.pending(this.code, ids, this.stopping)
    if (items.length > 0) await this.#take(items, ids)
  }

  /** Resolves when no transaction is on its walk, and returns how they ended since the last call. @throws KeywardError JOURNAL_IO */
  async settle(): Promise<RoundTally> {
    while (this.#underway.size > 0) await Promise.all([...this.#underway.values()])
    this.#throwFatal()
    const tally = this.#tally
    this.#tally = emptyTally()
    return tally
  }

  get underway(): number {
    return this.#underway.size
  }

  async #resume(): Promise<void> {
    const filter = {
      states: ['signed', 'broadcasting'],
      chain: this.code,
      network: this.selection.network,
      limit: 100_000,
    } as const
    for (const entry of (await this.shop.journal.list(filter)).toReversed()) this.#redeliver(entry)
  }

  async #take(items: readonly unknown[], ids: readonly SignatureId[]): Promise<void> {
    const listed = items.map((item) => this.#read(item)).filter((item) => item !== undefined)
    const entries = await this.shop.journal.claim(listed.map((item) => item.claim))
    const named = listed.flatMap(({ pending }) =>
      pending ? [...pending.hashes, ...pending.signatures.map(({ id }) => id)] : [],
    )
    await this.shop.directory.complete(named, this.chain.keys)
    const requested = new Set(ids)
    for (const [position, item] of listed.entries()) {
      const entry = entries[position]
      if (entry) this.#start(item, entry, requested)
    }
  }

  #read(item: unknown): Listed | undefined {
    const id = pendingIdOf(item)
    if (id === undefined) {
      this.shop.log.warn('transaction.without-id', { chain: this.code })
      return undefined
    }
    if (this.#underway.has(id) || this.selection.transactionIds?.has(id) === false || !this.shop.retries.mayTry(id))
      return undefined
    try {
      const pending = parsePendingTransaction(item)
      if (pending.chain !== this.code) {
        throw new KeywardError('TRANSACTION_MALFORMED', `listed for ${this.code}, but it calls itself ${pending.chain}`)
      }
      return { claim: this.#claim(id, requestDigest(pending)), pending }
    } catch (thrown) {
      return { claim: this.#claim(id, UNREADABLE), error: asKeywardError(thrown) }
    }
  }

  #claim(pendingId: PendingId, digest: Digest): Claim {
    return { pendingId, chain: this.code, network: this.selection.network, requestDigest: digest }
  }

  #start(item: Listed, entry: JournalEntry, requested: ReadonlySet<SignatureId>): void {
    const id = entry.pendingId
    if (this.#underway.has(id)) return
    switch (entry.state) {
      case 'signed':
      case 'broadcasting':
        this.#redeliver(entry)
        return
      case 'completed':
        this.#track(id, () => this.#markAgain(entry))
        return
      case 'refused':
      case 'failed':
        return
      case 'claimed':
      case 'prepared':
      case 'approved':
        if (item.pending === undefined) {
          const { error } = item
          this.#track(id, () => this.shop.pipeline.setAside(entry, error))
        } else this.#walk(item.pending, item.claim, entry, requested)
    }
  }

  #walk(pending: PendingTransaction, claim: Claim, known: JournalEntry, requested: ReadonlySet<SignatureId>): void {
    const { pipeline, directory, lanes, slots } = this.shop
    const changed = known.requestDigest !== claim.requestDigest
    const previous = changed ? undefined : known.plan
    this.#track(known.pendingId, async () => {
      try {
        if (pending.txId !== undefined) return await this.#doneElsewhere(known, pending.txId)
        const rules = { network: this.selection.network, directory, requested }
        const input = admit(this.chain.transactions, pending, previous, rules)
        const accounts = this.chain.transactions.accounts(input).map((account) => `${this.code}/${account}`)
        const near = (): void => this.#warmUp(input)
        const work = (): Promise<WalkOutcome> =>
          slots.run(async () => {
            const entry = changed ? await this.#renew(known, claim) : known
            const blocker = accounts.map((account) => this.#blocked.get(account)).find((other) => other !== undefined)
            if (blocker !== undefined) {
              const message = `an earlier transaction of the same account (${blocker}) has no known outcome yet`
              return { end: 'waiting', error: new KeywardError('BROADCAST_UNKNOWN', message) }
            }
            const outcome = await pipeline.walk({
              chain: this.chain,
              lookups: this.lookups,
              input,
              entry,
              stopping: this.stopping,
            })
            this.#noteBlock(accounts, entry.pendingId, outcome)
            return outcome
          })
        return await lanes.run(accounts, { near, work })
      } catch (thrown) {
        return pipeline.setAside(known, asKeywardError(thrown))
      }
    })
  }

  /** Look-ups ahead of the turn. A failure here is found again, and handled, when the turn comes. */
  #warmUp(input: Parameters<Chain['transactions']['prepare']>[0]): void {
    if (this.stopping.aborted) return
    this.chain.transactions.warmUp?.(input, this.lookups).catch(() => undefined)
  }

  /** The same id with another content: whatever was planned for the old one is void. */
  async #renew(known: JournalEntry, claim: Claim): Promise<JournalEntry> {
    this.shop.log.warn('transaction.changed', { id: known.pendingId, chain: this.code })
    await this.shop.journal.record(known.pendingId, { to: 'claimed', requestDigest: claim.requestDigest })
    return (await this.shop.journal.get(known.pendingId)) ?? known
  }

  #redeliver(entry: JournalEntry): void {
    const { plan, signed } = entry
    if (plan === undefined || signed === undefined || this.#underway.has(entry.pendingId)) return
    if (!this.shop.retries.mayTry(entry.pendingId)) return
    const accounts = accountsOf(this.code, plan)
    const delivery = { chain: this.chain, lookups: this.lookups, plan, signed }
    this.#track(entry.pendingId, () =>
      this.shop.lanes.run(accounts, {
        work: () =>
          this.shop.slots.run(async () => {
            const outcome = await this.shop.pipeline.deliver(delivery, true, this.stopping)
            this.#noteBlock(accounts, entry.pendingId, outcome)
            return outcome
          }),
      }),
    )
  }

  #noteBlock(accounts: readonly string[], id: PendingId, outcome: WalkOutcome): void {
    const open = outcome.end === 'waiting' && outcome.error.code === 'BROADCAST_UNKNOWN'
    for (const [account, blocker] of this.#blocked) if (blocker === id) this.#blocked.delete(account)
    if (open) for (const account of accounts) this.#blocked.set(account, id)
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

  #track(id: PendingId, work: () => Promise<WalkOutcome>): void {
    const run = work()
      .then((outcome) => this.#note(id, outcome))
      .catch((thrown: unknown) => {
        this.#fatal ??= asKeywardError(thrown)
      })
      .finally(() => this.#underway.delete(id))
    this.#underway.set(id, run)
  }

  #note(id: PendingId, outcome: WalkOutcome): void {
    this.#tally[outcome.end] += 1
    if (outcome.end === 'completed') return
    const { code, message } = outcome.error
    if (code === 'APPROVAL_REFUSED' || code === 'APPROVAL_PENDING') this.#tally.unapproved += 1
    if (outcome.end === 'waiting' && code !== 'APPROVAL_PENDING') this.shop.retries.failed(id)
    this.shop.reports.add(id, code, message)
  }

  #throwFatal(): void {
    if (this.#fatal) throw this.#fatal
  }
}

/** The digest of requests that could not be read: whatever arrives under that id later counts as changed. */
const UNREADABLE = digestSchema.parse('0'.repeat(64))

type Listed =
  | { readonly claim: Claim; readonly pending: PendingTransaction; readonly error?: undefined }
  | { readonly claim: Claim; readonly pending?: undefined; readonly error: KeywardError }

function accountsOf(chain: ChainCode, plan: SigningPlan): readonly string[] {
  return plan.account === undefined ? [] : [`${chain}/${plan.account.address}`]
}
