import type { CommandSpec } from '../command.js'
import { JOURNAL_FLAGS } from '../flags.js'

export const reloadBackend: CommandSpec = {
  name: 'backend reload',
  group: 'Secret backend',
  summary: 'make the running daemon list its wallets anew',
  details: [
    'The daemon goes on signing meanwhile, takes up wallets that are new and drops those that are gone. A listing that fails half-way changes nothing. SIGHUP does the same.',
    'The daemon is found by its journal, so give the same --config or --journal as it has.',
  ],
  flags: JOURNAL_FLAGS,
  examples: [['keyward backend reload', 'after wallets were added or removed elsewhere']],
  stopsInOrder: true,
  run: async (context, args) => {
    const { askDaemon, controlAddress } = await import('../control.js')
    const { loadSettingsFor } = await import('../session.js')
    const { settings } = await loadSettingsFor(context, args)
    await context.output.json(await askDaemon(controlAddress(settings.journal.path), 'reload', context.signal))
  },
}
