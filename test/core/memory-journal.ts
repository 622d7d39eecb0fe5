import { KeywardError } from '../../src/core/errors.js'
import type { PendingId } from '../../src/core/ids.js'
import type { Claim, HistoryStep, Journal, JournalEntry, JournalFilter, Transition } from '../../src/core/journal.js'
import { TRANSITIONS } from '../../src/core/journal.js'

/** A journal that outlives the daemons of a test, and nothing else. It keeps the order of calls and the legal transitions, as the real ones do. */
export class MemoryJournal implements Journal {
  readonly entries = new Map<PendingId, JournalEntry>()
  readonly steps: (HistoryStep & { readonly id: PendingId })[] = []

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async claim(claims: readonly Claim[]): Promise<readonly JournalEntry[]> {
    const now = new Date().toISOString()
    return claims.map((claim) => {
      const entry = this.entries.get(claim.pendingId) ?? { ...claim, state: 'claimed', createdAt: now, updatedAt: now }
      this.entries.set(claim.pendingId, entry)
      return entry
    })
  }

  async record(id: PendingId, { to, ...change }: Transition): Promise<void> {
    const entry = this.entries.get(id)
    if (entry === undefined || !TRANSITIONS[entry.state].includes(to)) {
      throw new KeywardError('JOURNAL_CONFLICT', `${id} cannot go from ${entry?.state ?? 'nothing'} to ${to}`)
    }
    const reason = 'reason' in change ? change.reason : undefined
    this.steps.push({ id, at: new Date().toISOString(), state: to, ...(reason === undefined ? {} : { reason }) })
    const { reason: _dropped, ...kept } = entry
    const txId = 'signed' in change ? { txId: change.signed.txId } : {}
    this.entries.set(id, { ...kept, ...change, ...txId, state: to })
  }

  async get(id: PendingId): Promise<JournalEntry | undefined> {
    return this.entries.get(id)
  }

  async list(filter: JournalFilter): Promise<readonly JournalEntry[]> {
    return [...this.entries.values()].filter((entry) => filter.states?.includes(entry.state) ?? true).reverse()
  }

  async history(id: PendingId): Promise<readonly HistoryStep[]> {
    return this.steps.filter((step) => step.id === id)
  }

  async highestSequence(_chain: string, _network: string, account: string): Promise<bigint | undefined> {
    const live = ['signed', 'broadcasting', 'completed']
    const used = [...this.entries.values()].filter(
      (entry) => live.includes(entry.state) && entry.plan?.account?.address === account,
    )
    const sequences = used.map((entry) => BigInt(entry.plan?.account?.sequence ?? 0))
    return sequences.length === 0 ? undefined : sequences.reduce((highest, next) => (next > highest ? next : highest))
  }
}
