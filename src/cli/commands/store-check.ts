import type { CommandSpec } from '../command.js'
import { SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const checkStore: CommandSpec = {
  name: 'store check',
  group: 'Wallet store',
  summary: 'read and verify every wallet of the store; changes nothing',
  details: ['Each wallet is re-derived and compared with the address or xpub it claims.'],
  flags: SETTINGS_FLAGS,
  examples: [['keyward store check', 'after a restore, or before a migration']],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { demandMaintainable } = await import('../maintenance.js')
      const { ProgressLine } = await import('../progress.js')
      const { KeywardError } = await import('../../core/errors.js')
      const store = demandMaintainable(await app.backend())
      const progress = new ProgressLine(context, 'wallets checked')
      const report = await store.check(progress.update).finally(() => progress.clear())
      await context.output.json({ ...report, problems: report.problems.map((problem) => ({ ...problem })) })
      if (report.problems.length > 0) {
        throw new KeywardError('STORE_DAMAGED', `the store has ${report.problems.length} problems`, {
          advice: 'They are listed in the result. Restore the wallets in question from a backup.',
        })
      }
    }),
}
