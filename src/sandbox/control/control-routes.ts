import { z } from 'zod'
import { decimalText } from '../amounts.js'
import { SANDBOX_CHAINS } from '../chain.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import type { SandboxControl } from './sandbox-control.js'

const chainSchema = z.enum(SANDBOX_CHAINS)
/** Whole coins, as text or as a number. */
const amount = z.union([z.string(), z.number().min(0).transform(decimalText)])

/** What the real API does not have: money from nowhere, blocks on demand, a look inside, a fresh start. */
export function controlRoutes(control: SandboxControl): readonly Route[] {
  return [
    route(
      'POST',
      '/sandbox/fund',
      { body: z.object({ chain: chainSchema, address: z.string(), amount }) },
      async ({ body: { chain, address, amount } }) => ({ txId: await control.fund(chain, address, amount) }),
    ),
    route(
      'POST',
      '/sandbox/mine',
      { body: z.object({ chain: chainSchema, blocks: z.number().int().min(1).max(1000).default(1) }) },
      async ({ body: { chain, blocks } }) => ({ height: await control.mine(chain, blocks) }),
    ),
    route('GET', '/sandbox/state', {}, () => control.state()),
    route('POST', '/sandbox/reset', {}, () => control.reset()),
  ]
}
