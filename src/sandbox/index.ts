import type { Sandbox, SandboxOptions } from './sandbox.js'

export type { SandboxState } from './control/sandbox-control.js'
export type { Sandbox, SandboxOptions } from './sandbox.js'
export { SANDBOX_CHAINS } from './chain.js'
export type { SandboxChainCode } from './chain.js'

/**
 * Starts a Tatum-compatible API on the loopback address over chains of its own, all in memory: for trying out, developing and testing. The caller closes it.
 * @throws KeywardError SANDBOX_UNAVAILABLE when the port is taken, or Ethereum is asked for and anvil is not installed.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  // Chain libraries are loaded here, not when a command line only wants to know that there is a sandbox.
  const { openSandbox } = await import('./sandbox.js')
  return openSandbox(options)
}
