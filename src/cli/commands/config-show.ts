import type { CommandSpec } from '../command.js'
import { DAEMON_FLAGS } from '../flags.js'
import { loadSettingsFor } from '../session.js'

export const showConfiguration: CommandSpec = {
  name: 'config show',
  group: 'Configuration',
  readsOnly: true,
  summary: 'print every setting with the place its value comes from',
  details: ['Secrets are shown as references or masked. Takes all flags of the daemon, to show what they would do.'],
  flags: DAEMON_FLAGS,
  examples: [['keyward config show --config keyward.yaml', 'what the daemon would run with, and why']],
  run: async (context, args) => {
    const loaded = await loadSettingsFor(context, args)
    await context.output.json({
      configFile: loaded.configFile ?? null,
      envFiles: [...loaded.envFiles],
      settings: Object.fromEntries(
        [...loaded.sources].map(([path, { value, source }]) => [path, { value: value ?? null, source }]),
      ),
      warnings: [...loaded.warnings],
    })
  },
}
