import type { App } from '../../composition-root.js'
import type { CommandSpec } from '../command.js'
import { NEW_PASSWORD, SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const upgradeStore: CommandSpec = {
  name: 'store upgrade',
  group: 'Wallet store',
  summary: 'convert the wallet file of tatum-kms, or an older one, to the newest format',
  details: [
    'The original is kept untouched beside it, and the copy is verified before it takes its place. The password stays the same unless it is too weak: then a new one is asked for.',
  ],
  flags: [NEW_PASSWORD, ...SETTINGS_FLAGS],
  examples: [['keyward store upgrade --path ~/.tatumrc/wallet.dat', 'take over the store of tatum-kms']],
  run: async (context, args) => {
    const { newPasswordReference } = await import('../new-password.js')
    const newPassword = newPasswordReference(context, args)
    const upgrade = async (app: App): Promise<void> => {
      const { demandMaintainable } = await import('../maintenance.js')
      const { ProgressLine } = await import('../progress.js')
      const store = demandMaintainable(await app.backend())
      const progress = new ProgressLine(context, 'wallets converted')
      const report = await store.upgrade(progress.update).finally(() => progress.clear())
      await context.output.json({ ...report, problems: report.problems.map((problem) => ({ ...problem })) })
      if (report.problems.length > 0) {
        context.output.note(
          'note: some wallets were carried over although they do not fit the address or xpub they claim',
        )
      }
    }
    await withApp(context, args, 'fail', upgrade, newPassword === undefined ? {} : { newPassword })
  },
}
