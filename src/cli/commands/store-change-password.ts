import type { CommandSpec } from '../command.js'
import { NEW_PASSWORD, SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const changeStorePassword: CommandSpec = {
  name: 'store change-password',
  group: 'Wallet store',
  summary: 'give the store a new password',
  details: [
    'The old password stops working when the command has ended without an error. The backups that Keyward keeps are removed, as they open with the old one; copies made elsewhere still do.',
  ],
  flags: [NEW_PASSWORD, ...SETTINGS_FLAGS],
  examples: [
    ['keyward store change-password', 'asks for the old password, then twice for the new one'],
    ['keyward store change-password --new-password file:/run/secrets/next', 'without a terminal'],
  ],
  run: async (context, args) => {
    const { demandNewPassword } = await import('../new-password.js')
    const newPassword = demandNewPassword(context, args)
    await withApp(
      context,
      args,
      'fail',
      async (app) => {
        const { demandMaintainable } = await import('../maintenance.js')
        const backend = await app.backend()
        await demandMaintainable(backend).changePassword()
        context.output.note(`the password of ${backend.description} has been changed`)
      },
      { newPassword },
    )
  },
}
