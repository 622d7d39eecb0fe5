import type { ChainLookups } from '../../core/chain.js'
import type { JsonValue } from '../../core/json.js'
import { callNode, OWN_NODE } from '../common/node-rpc.js'
import type { EvmDefinition } from './definition.js'

/** JSON-RPC: to a node of the customer's own, on chains that can have one, or through the API. @returns the `result` member. @throws KeywardError API_* */
export function askNode(
  { rpcPath, endpoints }: EvmDefinition,
  method: string,
  params: readonly JsonValue[],
  lookups: ChainLookups,
): Promise<unknown> {
  const path = rpcPath[lookups.network]
  return endpoints?.[OWN_NODE] === undefined
    ? lookups.rpc(path, method, params)
    : callNode(lookups, path, method, params)
}
