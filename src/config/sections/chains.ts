import { z } from 'zod'
import { createChainRegistry } from '../../chains/index.js'
import type { ChainDefinition } from '../../core/chain.js'
import type { Network } from '../../core/ids.js'
import { setting } from '../setting.js'
import { baseUrl } from '../values.js'

const endpointSchema = baseUrl.optional()
const chainSchema = (endpoints: Record<string, typeof endpointSchema>) =>
  z.strictObject({ endpoints: z.strictObject(endpoints).prefault({}) }).prefault({})

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

/** Settings of single chains: the hosts beside the Tatum API that they use. Made from the chains' definitions, so a new chain brings its own. */
export const chainsSchema = z.strictObject(
  Object.fromEntries(
    createChainRegistry()
      .definitions.filter(({ endpoints }) => endpoints !== undefined)
      .map((definition) => [definition.code, chainSchema(endpointsOf(definition))]),
  ),
)
