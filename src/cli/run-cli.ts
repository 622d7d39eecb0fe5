import { asKeywardError } from '../core/errors.js'
import type { CommandSpec } from './command.js'
import { COMMANDS } from './commands/index.js'
import { createContext } from './context.js'
import type { Hangups } from './hangups.js'
import type { Host } from './host.js'
import { OutputLost } from './output.js'
import { parseCommandLine } from './parse.js'
import { errorStyle, renderError } from './render-error.js'
import { programVersion } from './version.js'

export interface RunOptions {
  /** Asks a command with `stopsInOrder` to end. */
  readonly signal: AbortSignal
  readonly hangups?: Hangups
  /** Told which command runs, before it does. */
  readonly started?: (spec: CommandSpec) => void
}

/** Runs one command line. @returns the exit code; every error has been shown by then. */
export async function runCli(argv: readonly string[], host: Host, options: RunOptions): Promise<number> {
  const context = createContext(host, options.signal, options.hangups)
  // Help and version texts are for reading.
  let readsOnly = true
  try {
    const parsed = parseCommandLine(argv, COMMANDS, { version: programVersion(), columns: host.columns })
    if ('text' in parsed) {
      await context.output.text(parsed.text)
      return 0
    }
    const { spec, args, ignoredFlags } = parsed
    if (host.isTerminal.stderr) {
      for (const flag of ignoredFlags) context.output.note(`note: --${flag} has no effect on ${spec.name}`)
    }
    options.started?.(spec)
    readsOnly = spec.readsOnly === true
    await spec.run(context, args)
    return 0
  } catch (thrown) {
    if (readsOnly && thrown instanceof OutputLost && thrown.readerHasGone) return 0
    const error = asKeywardError(thrown)
    context.output.talk(renderError(error, errorStyle(host, argv.includes('--debug'))))
    return error.exitCode
  }
}
