import { z } from 'zod'
import { notServed } from '../http/api-error.js'
import { route } from '../http/router.js'
import type { Route } from '../http/router.js'
import { VerbatimJson } from '../http/server.js'
import type { EthereumChain } from './ethereum-chain.js'

/** Names under which the API's node proxy knows this chain. */
const NODE_NAMES = new Set(['ETH', 'ethereum-sepolia'])

/**
 * What a public node answers. The sandbox's own node can do more (forge balances, send for anybody, stop mining); through the API that must not be
 * possible, or a program that works here would not work elsewhere.
 */
const PUBLIC_METHOD = /^(eth|net|web3)_/
const WITHHELD = new Set(['eth_sendTransaction', 'eth_sendTransactionSync', 'eth_sendUnsignedTransaction'])

const callSchema = z.looseObject({ id: z.union([z.string(), z.number(), z.null()]).optional(), method: z.string() })
const request = z.object({ body: z.union([callSchema, z.array(callSchema).min(1).max(100)]), bodyText: z.string() })

/** JSON-RPC passed to the node and back unchanged: `/v3/ethereum/web3/...` and `/v3/blockchain/node/...`. The API key in the path is optional. */
export function ethereumProxyRoutes(chain: EthereumChain): readonly Route[] {
  const forward = async ({ body, bodyText }: z.output<typeof request>) => {
    const withheld = [body].flat().find(({ method }) => !PUBLIC_METHOD.test(method) || WITHHELD.has(method))
    if (withheld !== undefined) return methodNotFound(withheld.id ?? null)
    return new VerbatimJson(await chain.rpc.forward(bodyText))
  }
  return [
    ...['/v3/ethereum/web3', '/v3/ethereum/web3/:apiKey'].map((path) => route('POST', path, request.shape, forward)),
    ...['/v3/blockchain/node/:node', '/v3/blockchain/node/:node/:apiKey'].map((path) =>
      route('POST', path, { ...request.shape, params: z.object({ node: z.string() }) }, ({ params, ...input }) => {
        if (!NODE_NAMES.has(params.node)) throw notServed('this node: only ETH or ethereum-sepolia')
        return forward(input)
      }),
    ),
  ]
}

const methodNotFound = (id: string | number | null) => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32601, message: 'The method is not available through the API.' },
})
