import type { App } from '../composition-root.js'
import type { Settings } from '../config/index.js'
import { asKeywardError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Log } from '../core/log.js'
import type { DaemonOptions } from '../core/pipeline/daemon.js'
import { requireComplete } from '../core/pipeline/daemon.js'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'
import { controlAddress, listenForCommands } from './control.js'
import { composeOptions, loadSettingsFor } from './session.js'

/** Runs the daemon until it is told to stop, or for one round. Its log is its output, so it goes to standard output. */
export async function runDaemon(context: CommandContext, args: CommandArguments): Promise<void> {
  const { checkDaemonSettings } = await import('../config/index.js')
  const { compose } = await import('../composition-root.js')
  const loaded = await loadSettingsFor(context, args)
  checkDaemonSettings(loaded.settings)
  const app = await compose(loaded, composeOptions(context, 'fail', context.host.stdout))
  try {
    await serve(app, context)
  } finally {
    await app.close()
  }
}

/** Runs the daemon of a program that is put together. @throws KeywardError as `App.daemon` and `Daemon.run` do */
export async function serve(
  app: Pick<App, 'settings' | 'chains' | 'log' | 'daemon'>,
  { signal, hangups, host }: Pick<CommandContext, 'signal' | 'hangups' | 'host'>,
): Promise<void> {
  const { settings, chains, log } = app
  const codes =
    settings.daemon.chains?.map((name) => chains.resolve(name)) ?? chains.definitions.map(({ code }) => code)
  const options = optionsOf(settings, [...new Set(codes)])
  if (settings.daemon.runOnce) {
    const summary = await (await app.daemon(signal)).runOnce(options, signal)
    log.info('daemon.finished', { ...summary })
    requireComplete(summary)
    return
  }
  const starting = app.daemon(signal)
  const reload = async (): Promise<JsonObject> => ({ ...(await (await starting).reload()) })
  // A terminal that is closed means what it always means: the end. Otherwise a hangup must not end a daemon that is still starting.
  const stopListening = host.isTerminal.stdin ? undefined : hangups.listen(() => void reloadOnHangup(reload, log))
  try {
    const daemon = await starting
    if (signal.aborted) return // Nothing has begun, and the first listing may take longer than a supervisor waits.
    const control = await listenForCommands(controlAddress(settings.journal.path), { reload }, log)
    try {
      await daemon.run(options, signal)
    } finally {
      await control.close()
    }
  } finally {
    stopListening?.()
  }
}

async function reloadOnHangup(reload: () => Promise<JsonObject>, log: Log): Promise<void> {
  try {
    await reload()
  } catch (thrown) {
    const { code, message, advice } = asKeywardError(thrown)
    log.warn('wallets.not-reloaded', { code, reason: message, advice })
  }
}

function optionsOf({ network, daemon, chains: perChain }: Settings, chains: DaemonOptions['chains']): DaemonOptions {
  const { periodSeconds, concurrency, shutdownSeconds, wallets, transactionIds } = daemon
  return {
    chains,
    network,
    endpoints: endpointsOf(perChain),
    concurrency,
    periodMs: periodSeconds * 1000,
    shutdownMs: shutdownSeconds * 1000,
    ...(wallets === undefined ? {} : { wallets }),
    ...(transactionIds === undefined ? {} : { transactionIds: new Set(transactionIds.map((id) => id.toLowerCase())) }),
  }
}

/** Hosts that were configured, by chain and role. */
function endpointsOf(chains: Settings['chains']): NonNullable<DaemonOptions['endpoints']> {
  const given = Object.entries(chains).map(([code, { endpoints }]) => {
    const set = Object.entries(endpoints).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return [code, Object.fromEntries(set)] as const
  })
  return Object.fromEntries(given)
}
