import type { Writable } from 'node:stream'
import type { App, ComposeOptions } from '../composition-root.js'
import type { LoadedSettings } from '../config/index.js'
import type { Chain } from '../core/chain.js'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'
import { passwordPrompt } from './password-prompt.js'
import { programVersion } from './version.js'

/** @throws KeywardError CONFIG_INVALID, FILE_UNREADABLE */
export async function loadSettingsFor(context: CommandContext, args: CommandArguments): Promise<LoadedSettings> {
  const { env, cwd, home } = context.host
  const { loadSettings } = await import('../config/index.js')
  return loadSettings({ flags: args.flags(), env, cwd, home })
}

/** @param whenMissing what happens when there is no wallet store yet. */
export function composeOptions(
  context: CommandContext,
  whenMissing: ComposeOptions['whenMissing'],
  logStream: Writable,
): ComposeOptions {
  const { env, stdout, isTerminal } = context.host
  return {
    whenMissing,
    env,
    prompt: passwordPrompt(context),
    logStream: {
      write: (text) => logStream.write(text),
      isTTY: logStream === stdout ? isTerminal.stdout : isTerminal.stderr,
    },
    clientVersion: programVersion(),
  }
}

/** Loads the settings, builds the program around them, and closes it again whatever happens. */
export async function withApp(
  context: CommandContext,
  args: CommandArguments,
  whenMissing: ComposeOptions['whenMissing'],
  use: (app: App, loaded: LoadedSettings) => Promise<void>,
  more: Pick<ComposeOptions, 'newPassword'> = {},
): Promise<void> {
  const loaded = quietByDefault(await loadSettingsFor(context, args), context)
  const { compose } = await import('../composition-root.js')
  const app = await compose(loaded, { ...composeOptions(context, whenMissing, context.host.stderr), ...more })
  try {
    await use(app, loaded)
  } finally {
    await app.close()
  }
}

/** For commands that make wallets: with the chain that the argument CHAIN names, and a store that is created when there is none. */
export function withChain(
  context: CommandContext,
  args: CommandArguments,
  use: (app: App, chain: Chain) => Promise<void>,
): Promise<void> {
  return withApp(context, args, 'create', async (app) => {
    const code = app.chains.resolve(args.operand('CHAIN'))
    await use(app, await app.chains.load(code))
  })
}

/**
 * Commands are silent when all is well, but for warnings to a person: a program that started one finds nothing but the error on standard error. A log level
 * that somebody asked for is kept.
 */
export function quietByDefault(loaded: LoadedSettings, { host }: CommandContext): LoadedSettings {
  if (loaded.sources.get('log.level')?.source !== 'default') return loaded
  const { settings } = loaded
  const level = host.isTerminal.stderr ? 'warn' : 'error'
  return { ...loaded, settings: { ...settings, log: { ...settings.log, level } } }
}
