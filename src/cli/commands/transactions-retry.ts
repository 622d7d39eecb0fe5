import type { CommandSpec } from '../command.js'
import { JOURNAL_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const retryTransaction: CommandSpec = {
  name: 'transactions retry',
  group: 'Signing',
  summary: 'let the daemon try a transaction again that was refused or has failed',
  details: [
    'What was not signed starts from the beginning and needs a new approval. What was signed is never signed again: the same bytes are sent once more.',
  ],
  arguments: [{ name: 'ID', summary: 'Tatum’s id of the pending transaction' }],
  flags: JOURNAL_FLAGS,
  examples: [['keyward transactions retry 64f1c0ffee64f1c0ffee64f1', 'after the cause is mended']],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { findEntry, parsePendingId, summaryJson } = await import('../journal-json.js')
      const { retry } = await import('../retry-transaction.js')
      const id = parsePendingId(args.operand('ID'))
      const journal = await app.journal('reader')
      const entry = await findEntry(journal, id)
      context.output.note(await retry(journal, entry))
      await context.output.json(summaryJson((await journal.get(entry.pendingId)) ?? entry))
    }),
}
