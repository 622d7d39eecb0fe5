import { KeywardError } from '../core/errors.js'
import type { Journal, JournalEntry, Reason } from '../core/journal.js'

const ASKED: Reason = { code: 'RETRY', message: 'asked for by an operator' }

/**
 * Opens a transaction again. Safe beside a running daemon: a step that does not fit what it recorded meanwhile is refused by the journal.
 * @returns what will happen, for a person.
 * @throws KeywardError JOURNAL_CONFLICT for a completed transaction; JOURNAL_IO, JOURNAL_LOCKED.
 */
export async function retry(journal: Journal, entry: JournalEntry): Promise<string> {
  const { pendingId, state, txId } = entry
  switch (state) {
    case 'refused':
      await journal.record(pendingId, { to: 'claimed', reason: ASKED })
      return `${pendingId} starts from the beginning when it is listed again; it needs a new approval`
    case 'failed':
      await journal.record(pendingId, { to: 'broadcasting', reason: ASKED })
      return `the signed bytes of ${pendingId} will be sent once more; nothing is signed again`
    case 'claimed':
    case 'prepared':
    case 'approved':
      return `${pendingId} is ${state}: the daemon goes on with it by itself`
    case 'signed':
    case 'broadcasting':
      return `${pendingId} is ${state}: the daemon goes on sending it by itself`
    case 'completed':
      throw new KeywardError('JOURNAL_CONFLICT', `${pendingId} is completed as ${txId ?? 'a known transaction'}`, {
        advice: 'A completed transaction is never signed or sent again.',
      })
  }
}
