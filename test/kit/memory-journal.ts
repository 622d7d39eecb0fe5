import type { Clock } from '../../src/core/clock.js'
import type { ChainCode, Network, PendingId } from '../../src/core/ids.js'
import type { Claim, HistoryStep, Journal, JournalEntry, JournalFilter, Transition } from '../../src/core/journal.js'
import { entryOf, historyStepOf } from '../../src/journal/entry.js'
import { listLimit } from '../../src/journal/limits.js'
import { requireClaimer, requireOperatorStep } from '../../src/journal/role.js'
import type { JournalRole } from '../../src/journal/role.js'
import { journalHeadSchema, rowOfClaim } from '../../src/journal/row.js'
import type { JournalRow } from '../../src/journal/row.js'
import { stepPatch, unknownTransaction } from '../../src/journal/transition.js'

interface Record {
  row: JournalRow
  readonly steps: JournalRow[]
}

/** What outlives a MemoryJournal: open another one on the same shelf to start a daemon again. */
export type MemoryShelf = Map<PendingId, Record>

/** The journal's rules without a disk, for tests of what uses a journal. */
export class MemoryJournal implements Journal {
  constructor(
    private readonly clock: Clock,
    private readonly shelf: MemoryShelf = new Map(),
    private readonly role: JournalRole = 'daemon',
  ) {}

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  async claim(claims: readonly Claim[]): Promise<readonly JournalEntry[]> {
    return claims.map((claim) => {
      let known = this.shelf.get(claim.pendingId)
      if (known === undefined) {
        requireClaimer(this.role)
        const row = rowOfClaim(claim, this.#now())
        known = { row, steps: [row] }
        this.shelf.set(claim.pendingId, known)
      }
      return entryOf(known.row)
    })
  }

  async record(pendingId: PendingId, transition: Transition): Promise<void> {
    const known = this.shelf.get(pendingId)
    if (known === undefined) throw unknownTransaction(pendingId)
    const head = journalHeadSchema.parse(known.row)
    if (this.role !== 'daemon') requireOperatorStep(head, transition)
    known.row = { ...known.row, ...stepPatch(head, transition, this.#now()) }
    known.steps.push(known.row)
  }

  async get(pendingId: PendingId): Promise<JournalEntry | undefined> {
    const known = this.shelf.get(pendingId)
    return known === undefined ? undefined : entryOf(known.row)
  }

  async list({ states, chain, network, limit }: JournalFilter): Promise<readonly JournalEntry[]> {
    const rows = [...this.shelf.values()].map(({ row }) => row).reverse()
    const wanted = rows.filter(
      (row) =>
        (states?.includes(row.state) ?? true) &&
        (chain === undefined || row.chain === chain) &&
        (network === undefined || row.network === network),
    )
    return wanted.slice(0, listLimit(limit)).map(entryOf)
  }

  async history(pendingId: PendingId): Promise<readonly HistoryStep[]> {
    const steps = this.shelf.get(pendingId)?.steps ?? []
    return steps.map(({ updated_at: at, ...row }) => historyStepOf({ ...row, at }))
  }

  async highestSequence(chain: ChainCode, network: Network, account: string): Promise<bigint | undefined> {
    const sequences = [...this.shelf.values()]
      .map(({ row }) => row)
      .filter((row) => row.chain === chain && row.network === network && row.account === account)
      .filter((row) => row.raw !== null && ['signed', 'broadcasting', 'completed'].includes(row.state))
      .map((row) => BigInt(row.sequence ?? 0))
    return sequences.reduce<bigint | undefined>(
      (high, next) => (high === undefined || next > high ? next : high),
      undefined,
    )
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString()
  }
}
