import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { KeywardError } from '../../core/errors.js'

const START_TIMEOUT_MS = 20_000

/**
 * Runs anvil and ends it when its standard input closes, which the operating system does even when this process is killed. Detached, so that Ctrl-C in a
 * terminal reaches Keyward alone, which then stops the node in order.
 */
const GUARD = `
const { spawn } = require('node:child_process')
const [command, ...args] = process.argv.slice(1)
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true })
const stop = () => child.kill('SIGKILL')
process.stdin.on('end', stop).on('error', stop).resume()
process.on('SIGTERM', stop)
child.on('error', () => process.exit(127))
child.on('exit', () => process.exit(0))
`

/** The few variables a program needs to run. Nothing else is handed on: our environment may hold passwords and keys. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'TEMP']

export interface AnvilOptions {
  readonly binary: string
  readonly chainId: number
  /** Seconds between blocks; absent: a block at once for each transaction. */
  readonly blockSeconds?: number
}

/** A running anvil on a free loopback port, without accounts of its own and closed to web pages. */
export class Anvil {
  private constructor(
    readonly url: string,
    private readonly guard: ChildProcess,
  ) {}

  /** @throws KeywardError SANDBOX_UNAVAILABLE when it does not begin to listen. */
  static async start({ binary, chainId, blockSeconds }: AnvilOptions): Promise<Anvil> {
    const args = ['--host', '127.0.0.1', '--port', '0', '--chain-id', String(chainId), '--accounts', '0', '--no-cors']
    if (blockSeconds !== undefined) args.push('--block-time', String(blockSeconds))
    const guard = spawn(process.execPath, ['-e', GUARD, '--', binary, ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: Object.fromEntries(
        PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      ),
      detached: true,
      windowsHide: true,
    })
    try {
      return new Anvil(await listeningAddress(guard), guard)
    } catch (thrown) {
      guard.stdin.end()
      throw thrown
    }
  }

  /** Ends the node. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.guard.exitCode !== null || this.guard.signalCode !== null) return
    const exited = once(this.guard, 'exit')
    this.guard.stdin?.end()
    await exited
  }
}

/** Reads the node's output up to the line that tells its address; the rest is read and dropped, so that the pipe never fills. */
async function listeningAddress(guard: ChildProcess): Promise<string> {
  if (guard.stdout === null) throw unavailable('its output cannot be read')
  const lines = createInterface({ input: guard.stdout })
  let timer: NodeJS.Timeout | undefined
  return new Promise<string>((resolve, reject) => {
    timer = setTimeout(() => reject(unavailable('it did not start in time')), START_TIMEOUT_MS)
    lines.on('line', (line) => {
      const address = /^Listening on (127\.0\.0\.1:\d+)$/.exec(line)?.[1]
      if (address !== undefined) resolve(`http://${address}`)
    })
    guard.once('error', () => reject(unavailable('its guard could not be started')))
    guard.once('exit', () => reject(unavailable('it ended at once')))
  }).finally(() => clearTimeout(timer))
}

const unavailable = (reason: string): KeywardError =>
  new KeywardError('SANDBOX_UNAVAILABLE', `the local Ethereum node (anvil) cannot be used: ${reason}`, {
    advice: 'Run anvil by hand to see what it reports; it must fit this machine.',
  })
