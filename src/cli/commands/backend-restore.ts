import type { CommandSpec } from '../command.js'
import { SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const restoreCatalogue: CommandSpec = {
  name: 'backend restore',
  group: 'Secret backend',
  summary: 'take up wallets from a printed catalogue again',
  details: [
    'Each entry is read back from the product and proved to be that wallet before it is taken up. Entries that are there already stay as they are.',
  ],
  arguments: [{ name: 'FILE', summary: 'what `keyward backend catalogue` has printed' }],
  flags: SETTINGS_FLAGS,
  examples: [['keyward backend restore catalogue.json', 'after the catalogue was lost']],
  run: (context, args) =>
    withApp(context, args, 'create', async (app) => {
      const { demandCatalogue, readCatalogueFile } = await import('../catalogue.js')
      const { ProgressLine } = await import('../progress.js')
      const { KeywardError } = await import('../../core/errors.js')
      const entries = await readCatalogueFile(context, args.operand('FILE'))
      const backend = demandCatalogue(await app.backend())
      const progress = new ProgressLine(context, 'wallets proved')
      const report = await backend.restoreCatalogue(entries, progress.update).finally(() => progress.clear())
      await context.output.json({ ...report, problems: report.problems.map((problem) => ({ ...problem })) })
      if (report.problems.length > 0) {
        throw new KeywardError('RUN_INCOMPLETE', `${report.problems.length} entries could not be taken up`, {
          advice: 'They are listed in the result. The others were taken up.',
        })
      }
    }),
}
