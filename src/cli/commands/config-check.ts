import type { CommandSpec } from '../command.js'
import { DAEMON_FLAGS } from '../flags.js'
import { loadSettingsFor } from '../session.js'

export const checkConfiguration: CommandSpec = {
  name: 'config check',
  group: 'Configuration',
  summary: 'say whether the configuration is right, and list everything that is not',
  details: ['Reads files and variables only: no password, no store, no network. Exit code 3 when something is wrong.'],
  flags: DAEMON_FLAGS,
  examples: [['keyward config check --config keyward.yaml', 'before a deployment']],
  run: async (context, args) => {
    const loaded = await loadSettingsFor(context, args)
    const { createChainRegistry } = await import('../../chains/index.js')
    const chains = createChainRegistry()
    const served = (loaded.settings.daemon.chains ?? chains.definitions.map(({ code }) => code)).map((name) =>
      chains.resolve(name),
    )
    await context.output.json({
      ok: true,
      configFile: loaded.configFile ?? null,
      envFiles: [...loaded.envFiles],
      network: loaded.settings.network,
      chains: served,
      backend: loaded.settings.backend.type,
      warnings: [...loaded.warnings],
    })
  },
}
