import { KeywardError } from '../core/errors.js'
import type { Log } from '../core/log.js'
import { AccountBook } from './accounts/account-book.js'
import { accountRoutes } from './accounts/account-routes.js'
import { withdrawalRoutes } from './accounts/withdrawal-routes.js'
import { Withdrawals } from './accounts/withdrawals.js'
import { SANDBOX_CHAINS } from './chain.js'
import type { SandboxChainCode } from './chain.js'
import { controlRoutes } from './control/control-routes.js'
import { SandboxControl } from './control/sandbox-control.js'
import type { SandboxState } from './control/sandbox-control.js'
import { ApiError } from './http/api-error.js'
import { ApiServer } from './http/server.js'
import { broadcastRoutes } from './kms/broadcast-routes.js'
import { PendingQueue } from './kms/pending-queue.js'
import { kmsRoutes } from './kms/routes.js'
import { openPart } from './part.js'
import type { Books, Part } from './part.js'

export interface SandboxOptions {
  /** On 127.0.0.1; 0 (the default) takes a free one. */
  readonly port?: number
  /** Default: both. ETH needs anvil. */
  readonly chains?: readonly SandboxChainCode[]
  /** Path of the anvil program; default: the one of the npm package. */
  readonly anvilPath?: string
  /** Seconds between blocks. Default: every transaction is in a block at once. */
  readonly blockSeconds?: number
  /** When given, calls without it are answered 401, as by the real API. Default: any key, or none. */
  readonly apiKey?: string
  readonly log?: Log
}

export interface Sandbox {
  /** Base address without a trailing slash: what TATUM_API_URL takes. */
  readonly url: string
  /** Pays an address from nowhere, confirmed at once. @param amount text in whole coins. @returns the transaction's id. */
  fund(chain: SandboxChainCode, address: string, amount: string): Promise<string>
  /** @returns the new height. */
  mine(chain: SandboxChainCode, blocks?: number): Promise<number>
  state(): Promise<SandboxState>
  /** Forgets everything and begins with empty chains; the address stays. */
  reset(): Promise<void>
  /** Stops the server and the chains. */
  close(): Promise<void>
}

/** A day: longer intervals would overflow the timer and mean something else. */
const MAX_BLOCK_SECONDS = 86_400

export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { blockSeconds = 1 } = options
  if (!(blockSeconds > 0 && blockSeconds <= MAX_BLOCK_SECONDS)) {
    throw new KeywardError('USAGE', `blocks can be up to ${MAX_BLOCK_SECONDS} seconds apart, not ${blockSeconds}`)
  }
  const books = { queue: new PendingQueue(), accounts: new AccountBook(), withdrawals: new Withdrawals() }
  const parts: Part[] = []
  const close = async (): Promise<void> => {
    await Promise.all(parts.map(({ chain }) => chain.close()))
  }
  try {
    for (const code of new Set(options.chains ?? SANDBOX_CHAINS)) parts.push(await openPart(code, options, books))
    return await serve(parts, options, books, close)
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function serve(
  parts: readonly Part[],
  options: SandboxOptions,
  books: Books,
  closeChains: () => Promise<void>,
): Promise<Sandbox> {
  const { queue, accounts, withdrawals } = books
  const chains = parts.map(({ chain }) => chain)
  const control = new SandboxControl(chains, queue, accounts, withdrawals)
  const routes = [
    ...parts.flatMap((part) => part.routes),
    ...broadcastRoutes(chains, queue, withdrawals),
    ...kmsRoutes(queue, withdrawals),
    ...accountRoutes(chains, accounts, withdrawals),
    ...withdrawalRoutes(withdrawals),
    ...controlRoutes(control),
  ]
  const server = new ApiServer(routes, options.log, options.apiKey)
  const url = await server.listen(options.port ?? 0)
  options.log?.info('sandbox.started', { url, chains: chains.map(({ code }) => code).join(',') })
  return {
    url,
    fund: (chain, address, amount) => control.fund(chain, address, amount).catch(rethrow),
    mine: (chain, blocks = 1) => control.mine(chain, blocks).catch(rethrow),
    state: () => control.state(),
    reset: () => control.reset(),
    close: async () => {
      await server.close()
      await closeChains()
      options.log?.info('sandbox.stopped')
    },
  }
}

/** What would be an answer of the API is a mistake of the caller here. */
function rethrow(thrown: unknown): never {
  if (thrown instanceof ApiError) throw new KeywardError('USAGE', thrown.message)
  throw thrown
}
