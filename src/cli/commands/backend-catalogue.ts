import type { CommandSpec } from '../command.js'
import { SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const printCatalogue: CommandSpec = {
  name: 'backend catalogue',
  group: 'Secret backend',
  summary: 'print which name the product has given to each wallet',
  details: [
    'For VGS, which chooses the names itself: whoever loses the catalogue loses the wallets. It holds no secret. Keep a copy where the backups are.',
  ],
  flags: SETTINGS_FLAGS,
  examples: [['keyward backend catalogue > catalogue.json', 'a copy for the backups']],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { demandCatalogue } = await import('../catalogue.js')
      const { printList } = await import('../print-list.js')
      const backend = demandCatalogue(await app.backend())
      await printList(context, backend.catalogue(), (entry) => ({ ...entry }))
    }),
}
