import type { CommandSpec } from '../command.js'
import { SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const changeStorePassword: CommandSpec = {
  name: 'store change-password',
  group: 'Wallet store',
  summary: 'give the store a new password',
  details: [
    'The old password stops working when the command has ended without an error. Copies made before keep the old one.',
  ],
  flags: SETTINGS_FLAGS,
  examples: [['keyward store change-password', 'asks for the old password, then twice for the new one']],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { demandMaintainable } = await import('../maintenance.js')
      const backend = await app.backend()
      await demandMaintainable(backend).changePassword()
      context.output.note(`the password of ${backend.description} has been changed`)
    }),
}
