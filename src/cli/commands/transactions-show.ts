import type { CommandSpec, FlagSpec } from '../command.js'
import { JOURNAL_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

const RAW: FlagSpec = { name: 'raw', summary: 'with the signed bytes; whoever has them can broadcast the transaction' }

export const showTransaction: CommandSpec = {
  name: 'transactions show',
  group: 'Signing',
  readsOnly: true,
  summary: 'print everything the journal knows of one pending transaction',
  details: ['Its plan, who approved it, its history, and why it waits, was refused or failed.'],
  arguments: [{ name: 'ID', summary: 'Tatum’s id of the pending transaction' }],
  flags: [RAW, ...JOURNAL_FLAGS],
  examples: [['keyward transactions show 64f1c0ffee64f1c0ffee64f1', 'one transaction and its history']],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { detailsJson, findEntry, parsePendingId } = await import('../journal-json.js')
      const id = parsePendingId(args.operand('ID'))
      const journal = await app.journal('reader')
      const entry = await findEntry(journal, id)
      await context.output.json(detailsJson(entry, await journal.history(entry.pendingId), args.has('raw')))
    }),
}
