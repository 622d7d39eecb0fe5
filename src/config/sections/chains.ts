import { z } from 'zod'
import { createChainRegistry } from '../../chains/index.js'
import type { ChainDefinition } from '../../core/chain.js'
import type { Network } from '../../core/ids.js'
import { setting } from '../setting.js'
import { apiPath, baseUrl } from '../values.js'

const endpointSchema = baseUrl.optional()
const chainSchema = (definition: ChainDefinition) =>
  z
    .strictObject({
      endpoints: z.strictObject(endpointsOf(definition)).prefault({}),
      broadcastPath: broadcastPathOf(definition),
    })
    .prefault({})

/** No variable: the API's paths are the same for everybody, and change for everybody. */
const broadcastPathOf = ({ name, apiPath: segment }: ChainDefinition) =>
  setting(apiPath.optional(), {
    kind: 'text',
    description: `Path of the API that takes signed transactions of ${name}, in place of the usual one.`,
    defaultText: `/v3/${segment}/broadcast`,
  })

/** `gasStation` of MATIC is `KEYWARD_MATIC_GAS_STATION_URL`. */
const variableOf = (code: string, role: string): string =>
  `KEYWARD_${code}_${role.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_URL`

function publicHosts({ mainnet, testnet }: Readonly<Partial<Record<Network, string>>>): string {
  if (mainnet === undefined || testnet === undefined) return 'the Tatum API'
  return mainnet === testnet ? mainnet : `${mainnet}, on testnet ${testnet}`
}

function endpointsOf({ code, name, endpoints = {} }: ChainDefinition): Record<string, typeof endpointSchema> {
  const settings = Object.entries(endpoints).map(([role, hosts]) => {
    const facts = {
      kind: 'text',
      description: `Address of the ${role} of ${name}, in place of the usual one.`,
      defaultText: publicHosts(hosts),
      variables: [{ name: variableOf(code, role) }],
    } as const
    return [role, setting(endpointSchema, facts)] as const
  })
  return Object.fromEntries(settings)
}

/** Settings of single chains: the hosts beside the Tatum API that they use, and the path of their broadcasts. Made from the chains' definitions, so a new chain brings its own. */
export const chainsSchema = z.strictObject(
  Object.fromEntries(createChainRegistry().definitions.map((definition) => [definition.code, chainSchema(definition)])),
)
