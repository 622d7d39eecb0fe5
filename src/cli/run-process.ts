import { asKeywardError } from '../core/errors.js'
import type { CommandSpec } from './command.js'
import { Hangups } from './hangups.js'
import { processHost } from './host.js'
import { errorStyle, renderError } from './render-error.js'
import { runCli } from './run-cli.js'

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
/** A connection that a finished command left open must not keep the process. */
const LINGER_MS = 2000

/** Runs the command line of this process and leaves its exit code behind. */
export async function runProcess(): Promise<void> {
  const stop = new AbortController()
  const hangups = new Hangups()
  let running: CommandSpec | undefined
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (signal === 'SIGHUP' && hangups.raise()) return
      // A store write is atomic and a prompt holds nothing, so a command without an order of its own to keep may end here.
      if (running?.stopsInOrder === true && !stop.signal.aborted) stop.abort()
      else process.exit(exitCode)
    })
  }
  const host = processHost()
  const debug = process.argv.includes('--debug')
  const fatal = (thrown: unknown): never => {
    const error = asKeywardError(thrown)
    host.stderr.write(renderError(error, errorStyle(host, debug)))
    process.exit(error.exitCode)
  }
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  process.exitCode = await runCli(process.argv.slice(2), host, {
    signal: stop.signal,
    hangups,
    started: (spec) => {
      running = spec
    },
  })
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
