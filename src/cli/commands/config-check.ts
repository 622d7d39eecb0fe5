import type { Settings } from '../../config/index.js'
import { asKeywardError } from '../../core/errors.js'
import type { CommandSpec } from '../command.js'
import { DAEMON_FLAGS } from '../flags.js'
import { loadSettingsFor } from '../session.js'

export const checkConfiguration: CommandSpec = {
  name: 'config check',
  group: 'Configuration',
  readsOnly: true,
  summary: 'say whether the configuration is right, and list everything that is not',
  details: ['Reads files and variables only: no password, no store, no network. Exit code 3 when something is wrong.'],
  flags: DAEMON_FLAGS,
  examples: [['keyward config check --config keyward.yaml', 'before a deployment']],
  run: async (context, args) => {
    const loaded = await loadSettingsFor(context, args)
    const { checkDaemonSettings } = await import('../../config/index.js')
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
      warnings: [...loaded.warnings, ...daemonProblems(checkDaemonSettings, loaded.settings)],
    })
  },
}

/** Settings that are fine for every command but the daemon, which would not start with them. */
function daemonProblems(check: (settings: Settings) => void, settings: Settings): string[] {
  try {
    check(settings)
    return []
  } catch (thrown) {
    return [`the daemon would not start: ${asKeywardError(thrown).message}`]
  }
}
