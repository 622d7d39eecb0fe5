import type { CommandSpec } from '../command.js'
import { confirmShowing } from '../confirm.js'
import { SETTINGS_FLAGS, YES } from '../flags.js'
import { withApp } from '../session.js'

export const exportWallets: CommandSpec = {
  name: 'export',
  group: 'Wallets',
  summary: 'print all stored wallets, secrets included',
  details: [
    'One JSON object, signatureId to wallet. A wallet that cannot be read is left out and the exit code says so.',
  ],
  flags: [YES, ...SETTINGS_FLAGS],
  examples: [['keyward export | age -r age1… > wallets.json.age', 'an encrypted copy, without a plain one on disk']],
  reference: true,
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { exportAll } = await import('../export-wallets.js')
      const backend = await app.backend()
      await confirmShowing(context, args, 'the secrets of all wallets')
      await exportAll(context, backend, app.chains.definitions)
    }),
}
