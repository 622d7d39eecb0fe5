import type { CommandSpec } from '../command.js'
import { REFERENCE_FLAGS, SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const report: CommandSpec = {
  name: 'report',
  group: 'Configuration',
  summary: 'describe this installation and the wallets with these signatureIds, without secrets',
  details: [
    'Each wallet is opened and re-derived; what does not fit, and wallets that are missing, are listed as warnings.',
  ],
  arguments: [{ name: 'IDS', summary: 'signatureIds, separated by commas', optional: true }],
  flags: [REFERENCE_FLAGS.apiKey, ...SETTINGS_FLAGS],
  examples: [
    ['keyward report 4057be77-70f3-4a1a-a0da-dfa083830513', 'one wallet'],
    ['keyward report "$ID1,$ID2"', 'several'],
  ],
  reference: true,
  run: (context, args) =>
    withApp(context, args, 'fail', async (app, loaded) => {
      const { makeReport } = await import('../make-report.js')
      const { programVersion } = await import('../version.js')
      await context.output.json(await makeReport(app, loaded, args.optionalOperand('IDS') ?? '', programVersion()))
    }),
}
