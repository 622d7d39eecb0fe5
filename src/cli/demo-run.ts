import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'

/** The whole walk of a transaction on this machine, told step by step. Everything it makes is in a temporary folder that is gone afterwards. */
export async function runDemo(context: CommandContext, _args: CommandArguments): Promise<void> {
  const { startSandbox } = await import('../sandbox/index.js')
  const { startFourEyeServer } = await import('./demo/four-eye-server.js')
  const { DemoShell } = await import('./demo/shell.js')
  const { tell } = await import('./demo/story.js')
  const home = await mkdtemp(join(tmpdir(), 'keyward-demo-'))
  const closing: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })]
  try {
    const sandbox = await startSandbox()
    closing.push(() => sandbox.close())
    const approver = await startFourEyeServer()
    closing.push(() => approver.close())
    await tell({ sandbox, approver, shell: new DemoShell(context, home) })
  } finally {
    for (const close of closing.reverse()) await close()
  }
}
