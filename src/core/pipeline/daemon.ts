import { inject, injectable } from '../injection.js'
import type { ChainRegistry } from '../chain.js'
import type { Clock } from '../clock.js'
import { asKeywardError, KeywardError } from '../errors.js'
import type { ChainCode } from '../ids.js'
import type { Journal } from '../journal.js'
import type { Keyring } from '../keyring.js'
import type { Log } from '../log.js'
import type { TatumApi } from '../tatum-api.js'
import { TOKENS } from '../tokens.js'
import type { ListingReport, WalletDirectory } from '../wallet-directory.js'
import { ChainWorker } from './chain-worker.js'
import type { Selection, Workshop } from './chain-worker.js'
import { FailureReports } from './failure-reports.js'
import { Slots } from '../slots.js'
import { Lanes } from './lanes.js'
import { ApiLookups } from './lookups.js'
import { Pipeline } from './pipeline.js'
import { RetrySchedule } from './retry-schedule.js'
import type { RoundTally } from './round-tally.js'

export interface DaemonOptions extends Selection {
  readonly chains: readonly ChainCode[]
  /** Hosts that chains use in place of their public ones: by chain code, then by role. */
  readonly endpoints?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly periodMs: number
  /** How many transactions may be on their walk at the same time, over all chains. */
  readonly concurrency: number
  /** How long transactions on their walk may take to reach a safe state after a stop was asked for. */
  readonly shutdownMs: number
}

export interface RunSummary extends RoundTally {
  /** Chains whose poll did not work. */
  pollsFailed: number
}

const LONGEST_PAUSE_MS = 60_000

/**
 * Polls every chain on its own rhythm and lets the pipeline do the rest. A chain that cannot be polled, or a transaction that takes long, holds up no other;
 * only a journal that cannot be written stops everything.
 */
@injectable()
export class Daemon {
  constructor(
    @inject(TOKENS.ChainRegistry) private readonly chains: ChainRegistry,
    @inject(TOKENS.WalletDirectory) private readonly directory: WalletDirectory,
    @inject(TOKENS.TatumApi) private readonly api: TatumApi,
    @inject(TOKENS.Journal) private readonly journal: Journal,
    @inject(TOKENS.Keyring) private readonly keyring: Keyring,
    @inject(Pipeline) private readonly pipeline: Pipeline,
    @inject(TOKENS.Log) private readonly log: Log,
    @inject(TOKENS.Clock) private readonly clock: Clock,
  ) {}

  /** Runs until `stop` aborts, then brings what is underway to a safe state. @throws KeywardError JOURNAL_IO */
  async run(options: DaemonOptions, stop: AbortSignal): Promise<void> {
    const halt = new AbortController()
    const stopping = AbortSignal.any([stop, halt.signal])
    const { workers, reports } = await this.#start(options, stopping)
    try {
      await Promise.all(workers.map((worker) => this.#loop(worker, reports, options, stopping, halt)))
    } finally {
      await this.#settle(workers, options.shutdownMs)
      await reports.flush()
    }
    if (halt.signal.aborted) throw asKeywardError(halt.signal.reason)
  }

  /** One poll of each chain, and everything that follows from it. @throws KeywardError JOURNAL_IO */
  async runOnce(options: DaemonOptions, stop: AbortSignal): Promise<RunSummary> {
    const { workers, reports } = await this.#start(options, stop)
    const summary: RunSummary = { completed: 0, refused: 0, failed: 0, waiting: 0, unapproved: 0, pollsFailed: 0 }
    await Promise.all(
      workers.map(async (worker) => {
        if (!(await this.#round(worker))) summary.pollsFailed += 1
        const tally = await worker.settle()
        for (const end of ['completed', 'refused', 'failed', 'waiting', 'unapproved'] as const)
          summary[end] += tally[end]
      }),
    )
    await reports.flush()
    return summary
  }

  /** Takes up wallets that are new and drops those that are gone, while signing goes on. @throws KeywardError; then nothing has changed. */
  async reload(): Promise<ListingReport> {
    const report = await this.directory.reload()
    this.keyring.clear()
    this.log.info('wallets.reloaded', { ...report })
    return report
  }

  async #start(
    options: DaemonOptions,
    stopping: AbortSignal,
  ): Promise<{ workers: ChainWorker[]; reports: FailureReports }> {
    const { directory, api, journal, pipeline, log, clock } = this
    await directory.refresh()
    const reports = new FailureReports(api, log)
    const shop: Workshop = {
      ...{ api, journal, directory, pipeline, reports, log, clock },
      retries: new RetrySchedule(clock),
      lanes: new Lanes(),
      slots: new Slots(options.concurrency),
    }
    const workers = await Promise.all(
      options.chains.map(async (code) => {
        const chain = await this.chains.load(code)
        const endpoints = options.endpoints?.[code]
        const lookups = new ApiLookups({
          api,
          journal,
          keyring: this.keyring,
          chain,
          network: options.network,
          endpoints,
        })
        return new ChainWorker(chain, lookups, shop, options, stopping)
      }),
    )
    log.info('daemon.started', { chains: options.chains.join(','), network: options.network, wallets: directory.size })
    this.#warnWhenIdle(options)
    return { workers, reports }
  }

  /** A daemon that polls for nobody looks like one that has nothing to do; most often it was started for the wrong network. */
  #warnWhenIdle({ chains, network, wallets }: DaemonOptions): void {
    const served = wallets ?? chains.flatMap((code) => this.directory.signatureIds(code, network))
    if (served.length > 0) return
    this.log.warn('wallets.none', {
      network,
      problem: 'The store has no wallet of these chains on this network, so nothing is polled until one is added.',
      advice: 'Check --chain and --testnet; `keyward wallets list` shows what the store holds.',
    })
  }

  async #loop(
    worker: ChainWorker,
    reports: FailureReports,
    options: DaemonOptions,
    stopping: AbortSignal,
    halt: AbortController,
  ): Promise<void> {
    let failures = 0
    while (!stopping.aborted) {
      const startedAt = this.clock.now()
      try {
        failures = (await this.#round(worker)) ? 0 : failures + 1
      } catch (thrown) {
        halt.abort(asKeywardError(thrown))
        return
      }
      await reports.flush()
      const pauseMs = failures === 0 ? options.periodMs : Math.min(LONGEST_PAUSE_MS, options.periodMs * 2 ** failures)
      await this.clock.sleep(Math.max(0, pauseMs - (this.clock.now() - startedAt)), stopping)
    }
  }

  /** @returns whether the poll worked. @throws KeywardError JOURNAL_IO, which nothing can be done about here. */
  async #round(worker: ChainWorker): Promise<boolean> {
    try {
      await worker.round()
      return true
    } catch (thrown) {
      const error = asKeywardError(thrown)
      if (error.code === 'JOURNAL_IO' || error.code === 'JOURNAL_CONFLICT' || error.code === 'INTERNAL') throw error
      this.log.warn('poll.failed', {
        chain: worker.code,
        code: error.code,
        reason: error.message,
        advice: error.advice,
      })
      return false
    }
  }

  async #settle(workers: readonly ChainWorker[], shutdownMs: number): Promise<void> {
    const deadline = new AbortController()
    const settled = Promise.all(workers.map((worker) => worker.settle())).then(
      () => undefined,
      () => undefined,
    )
    await Promise.race([settled, this.clock.sleep(shutdownMs, deadline.signal)])
    deadline.abort()
    const left = workers.reduce((sum, worker) => sum + worker.underway, 0)
    // What is left has its bytes in the journal or has not signed: the next start goes on from there.
    this.log.info('daemon.stopped', { underway: left })
  }
}

/** @throws KeywardError RUN_INCOMPLETE when a run left something undone other than what an approver held back. */
export function requireComplete(summary: RunSummary): void {
  const { refused, failed, waiting, unapproved, pollsFailed } = summary
  const wrong = refused + failed + waiting - unapproved
  if (wrong === 0 && pollsFailed === 0) return
  throw new KeywardError('RUN_INCOMPLETE', `${wrong} transaction(s) and ${pollsFailed} poll(s) did not work`, {
    advice: 'See the log lines above, or `keyward transactions list`.',
    context: { ...summary },
  })
}
