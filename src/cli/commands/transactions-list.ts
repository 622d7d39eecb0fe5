import type { CommandSpec, FlagSpec } from '../command.js'
import { JOURNAL_FLAGS, NETWORK } from '../flags.js'
import { withApp } from '../session.js'

const STATE: FlagSpec = {
  name: 'state',
  value: 'STATES',
  summary:
    'only these, separated by commas: claimed, prepared, approved, signed, broadcasting, completed, refused, failed',
}
const CHAIN: FlagSpec = { name: 'chain', value: 'CHAIN', summary: 'only transactions of this chain' }
const LIMIT: FlagSpec = { name: 'limit', value: 'COUNT', summary: 'at most so many, newest first; default: 100' }

export const listTransactions: CommandSpec = {
  name: 'transactions list',
  group: 'Signing',
  readsOnly: true,
  summary: 'list what the journal knows of pending transactions, newest first',
  flags: [STATE, CHAIN, NETWORK, LIMIT, ...JOURNAL_FLAGS],
  examples: [
    ['keyward transactions list', 'the last hundred'],
    ['keyward transactions list --state refused,failed --chain ETH', 'what went wrong on one chain'],
  ],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { readFilter, summaryJson } = await import('../journal-json.js')
      const filter = readFilter(args, app.chains)
      const journal = await app.journal('reader')
      const entries = await journal.list(filter)
      await context.output.json(entries.map(summaryJson))
    }),
}
