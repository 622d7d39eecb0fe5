import { chainCodeSchema } from '../../core/ids.js'
import type { Network } from '../../core/ids.js'
import type { EvmDefinition, Habits } from './definition.js'
import { common, eth, path } from './definition-parts.js'

/*
 * Chains that the API serves and the reference does not sign for. There are no golden bytes for them, so where each fact comes from:
 *
 * - `code`: the vendor's list of currencies, by which pending transactions name their chain (tatum-js, `Currency`).
 * - `derivation`: the vendor's page "Mnemonic Derivation Path", which names m/44'/60'/0'/0 for all of these but Arbitrum and Gnosis. The API gives Arbitrum's addresses
 *   from the same extended public key as Ethereum's; Gnosis follows the rule of the others.
 * - `apiPath`: the vendor's API client (tatum-js v2: `/v3/base/broadcast` and so on) for Optimism, Base, Avalanche, Fantom, Sonic, Cronos and Flare. `arb` is what callers of
 *   the live API use. Nothing names a path for Gnosis: this is the general form, and `chains.GNO.broadcastPath` replaces it.
 * - `rpcPath`: names of networks at the API's node gateway (tatum-js, `Network`, and the vendor's lists of nodes).
 * - `chainIds`: EIP-155 ids as the chains' own documents have them. Whatever was wrong above, a node with another id is never signed for.
 */

/** As the vendor's own signer for Base does it (tatum-js v2), and nothing stricter: there is no older form to keep to. */
const habits: Habits = { estimates: 'no-one', zeroNonceIsOpen: 'always', gasLimit: 'any', chainId: 'any' }

/** What they share, and most chains that come will. */
export const newer = {
  ...common,
  derivation: path(60),
  endpoints: { node: {} },
  methods: eth,
  gasPrice: { from: 'fee-market' },
  transactionCount: { from: 'node', block: 'latest' },
  foundAt: 'node',
  confirmsChainId: true,
  habits,
} as const satisfies Partial<EvmDefinition>

/** Paths of the API's node gateway, which names both networks. */
export const gateway = (mainnet: string, testnet: string): Readonly<Record<Network, string>> => ({
  mainnet: `/v3/blockchain/node/${mainnet}/{apiKey}`,
  testnet: `/v3/blockchain/node/${testnet}/{apiKey}`,
})

/** Its gas counts the data that it puts on Ethereum too, so an estimate and the fee cover both: 21,000 gas are never enough. Testnet: Sepolia. */
const arbitrum: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('ETH_ARB'),
  name: 'Arbitrum One',
  aliases: ['arbitrum', 'arb', 'arbitrum one'],
  apiPath: 'arb',
  chainIds: { mainnet: [42_161n], testnet: [421_614n] },
  rpcPath: gateway('arb-one-mainnet', 'arb-testnet'),
}

/** Testnet: OP Sepolia. */
const optimism: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('ETH_OP'),
  name: 'Optimism',
  aliases: ['optimism', 'op mainnet'],
  apiPath: 'optimism',
  chainIds: { mainnet: [10n], testnet: [11_155_420n] },
  rpcPath: gateway('optimism-mainnet', 'optimism-testnet'),
  l1DataFee: true,
}

/** Testnet: Base Sepolia. */
const base: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('ETH_BASE'),
  name: 'Base',
  aliases: ['base'],
  apiPath: 'base',
  chainIds: { mainnet: [8453n], testnet: [84_532n] },
  rpcPath: gateway('base-mainnet', 'base-sepolia'),
  l1DataFee: true,
}

/** Testnet: Fuji. */
const avalanche: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('AVAX'),
  name: 'Avalanche C-Chain',
  aliases: ['avalanche', 'avalanche c-chain'],
  apiPath: 'avalanche',
  chainIds: { mainnet: [43_114n], testnet: [43_113n] },
  rpcPath: gateway('avax-mainnet', 'avax-testnet'),
}

const fantom: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('FTM'),
  name: 'Fantom Opera',
  aliases: ['fantom'],
  apiPath: 'fantom',
  chainIds: { mainnet: [250n], testnet: [4002n] },
  rpcPath: gateway('fantom-mainnet', 'fantom-testnet'),
}

/** Testnet: Blaze. */
const sonic: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('S'),
  name: 'Sonic',
  aliases: ['sonic'],
  apiPath: 'sonic',
  chainIds: { mainnet: [146n], testnet: [57_054n] },
  rpcPath: gateway('sonic-mainnet', 'sonic-blaze'),
}

const cronos: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('CRO'),
  name: 'Cronos',
  aliases: ['cronos'],
  apiPath: 'cronos',
  chainIds: { mainnet: [25n], testnet: [338n] },
  rpcPath: gateway('cro-mainnet', 'cro-testnet'),
}

/** Testnet: Coston, which the API takes when none is named. */
const flare: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('FLR'),
  name: 'Flare',
  aliases: ['flare'],
  apiPath: 'flare',
  chainIds: { mainnet: [14n], testnet: [16n] },
  rpcPath: gateway('flare-mainnet', 'flare-coston'),
}

/** Its coin is xDAI; GNO is a token. Testnet: Chiado. */
const gnosis: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('GNO'),
  name: 'Gnosis Chain',
  aliases: ['gnosis', 'gnosis chain', 'xdai'],
  coinSymbol: 'xDAI',
  apiPath: 'gnosis',
  chainIds: { mainnet: [100n], testnet: [10_200n] },
  rpcPath: gateway('gno-mainnet', 'gno-testnet'),
}

export const newerDefinitions: readonly EvmDefinition[] = [
  arbitrum,
  optimism,
  base,
  avalanche,
  fantom,
  sonic,
  cronos,
  flare,
  gnosis,
]
