import type { CommandSpec } from '../command.js'
import { REFERENCE_FLAGS, SETTINGS_FLAGS } from '../flags.js'
import { loadSettingsFor } from '../session.js'

export const checkConfig: CommandSpec = {
  name: 'checkconfig',
  group: 'Configuration',
  readsOnly: true,
  summary: 'print version, places and variables, one a line; secrets are masked',
  details: ['`keyward config show` says more: every setting, and where its value comes from.'],
  flags: [REFERENCE_FLAGS.apiKey, ...SETTINGS_FLAGS],
  examples: [['keyward checkconfig', 'is everything set that should be?']],
  reference: true,
  run: async (context, args) => {
    const loaded = await loadSettingsFor(context, args)
    const { checkConfigLines } = await import('../check-config-lines.js')
    const { programVersion } = await import('../version.js')
    await context.output.text(`${(await checkConfigLines(loaded, context.host, programVersion())).join('\n')}\n`)
  },
}
