import { once } from 'node:events'
import { KeywardError } from '../core/errors.js'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'
import type { SandboxChainCode } from '../sandbox/index.js'

/** Runs the sandbox until Ctrl-C. Its address is the result, so it goes to standard output; its log is talk. */
export async function runSandbox(context: CommandContext, args: CommandArguments): Promise<void> {
  const { createLog, wantsColour } = await import('../telemetry/index.js')
  const { SANDBOX_CHAINS, startSandbox } = await import('../sandbox/index.js')
  const { env, stderr, isTerminal } = context.host
  const stream = { write: (text: string) => stderr.write(text), isTTY: isTerminal.stderr }
  const log = await createLog({ level: 'info', format: 'auto', stream, colour: wantsColour(stream, env) })
  const port = portOf(args)
  const chains = chainsOf(args, SANDBOX_CHAINS)
  const sandbox = await startSandbox({ log, chains, ...(port === undefined ? {} : { port }) })
  try {
    await context.output.json({ url: sandbox.url, environment: { TATUM_API_URL: sandbox.url, TATUM_API_KEY: 'any' } })
    if (!context.signal.aborted) await once(context.signal, 'abort')
  } finally {
    await sandbox.close()
  }
}

/** @throws KeywardError USAGE */
function portOf(args: CommandArguments): number | undefined {
  const text = args.text('port')
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= MAX_PORT) return port
  throw new KeywardError('USAGE', `--port ${text} is not a port`, {
    advice: 'Give a number from 0 (any free one) to 65535.',
  })
}

/** @throws KeywardError USAGE */
function chainsOf(args: CommandArguments, known: readonly SandboxChainCode[]): readonly SandboxChainCode[] {
  const text = args.text('chain')
  if (text === undefined) return known
  return text.split(',').map((name) => {
    const chain = known.find((code) => code === name.trim().toUpperCase())
    if (chain !== undefined) return chain
    throw new KeywardError('USAGE', `--chain ${text} names what the sandbox has not`, {
      advice: `Give one or more of ${known.join(', ')}, separated by commas.`,
    })
  })
}

const MAX_PORT = 65_535
