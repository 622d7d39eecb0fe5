import { chainCodeSchema } from '../../core/ids.js'
import type { EvmDefinition } from './definition.js'
import { common, eth, path, plain, sameFor } from './definition-parts.js'
import { newerDefinitions } from './newer-definitions.js'

const GWEI = 10n ** 9n

const ethereum: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('ETH'),
  name: 'Ethereum',
  aliases: ['ethereum'],
  derivation: path(60),
  apiPath: 'ethereum',
  offchainWithdrawals: true,
  // Testnets: Sepolia, Hoodi, Holesky.
  chainIds: { mainnet: [1n], testnet: [11_155_111n, 560_048n, 17_000n] },
  rpcPath: sameFor('/v3/ethereum/web3/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'fee-service', path: '/v3/blockchain/fee/ETH' },
  transactionCount: { from: 'api' },
  habits: { ...plain, estimates: 'withdrawals', zeroNonceIsOpen: 'with-gas' },
}

const bsc: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('BSC'),
  name: 'BNB Smart Chain',
  aliases: ['bnb smart chain', 'binance smart chain'],
  derivation: path(60),
  apiPath: 'bsc',
  chainIds: { mainnet: [56n], testnet: [97n] },
  rpcPath: sameFor('/v3/bsc/web3/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'constant', wei: 10n * GWEI },
  transactionCount: { from: 'api' },
  habits: plain,
}

const polygon: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('MATIC'),
  name: 'Polygon',
  aliases: ['polygon', 'pol'],
  derivation: path(966),
  apiPath: 'polygon',
  endpoints: {
    gasStation: {
      mainnet: 'https://gasstation.polygon.technology/v2',
      testnet: 'https://gasstation.polygon.technology/amoy',
    },
  },
  // Testnet: Amoy.
  chainIds: { mainnet: [137n], testnet: [80_002n] },
  rpcPath: sameFor('/v3/polygon/web3/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'gas-station', endpoint: 'gasStation', minimumGwei: 30 },
  transactionCount: { from: 'node', block: 'latest' },
  habits: plain,
}

const harmony: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('ONE'),
  name: 'Harmony',
  aliases: ['harmony'],
  derivation: path(1023),
  apiPath: 'one',
  offchainWithdrawals: true,
  chainIds: { mainnet: [1_666_600_000n], testnet: [1_666_700_000n] },
  rpcPath: sameFor('/v3/one/web3/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'node' },
  transactionCount: { from: 'node', block: 'latest' },
  finalBlock: 'latest',
  habits: plain,
}

const xdc: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('XDC'),
  name: 'XDC Network',
  aliases: ['xinfin', 'xdc network'],
  derivation: path(550),
  apiPath: 'xdc',
  // Testnet: Apothem.
  chainIds: { mainnet: [50n], testnet: [51n] },
  rpcPath: sameFor('/v3/xdc/web3/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'node' },
  transactionCount: { from: 'api' },
  habits: { ...plain, estimates: 'everyone' },
  addressPrefix: 'xdc',
}

const kcc: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('KCS'),
  name: 'KuCoin Community Chain',
  aliases: ['kcc', 'kucoin community chain'],
  derivation: path(60),
  apiPath: 'kcs',
  chainIds: { mainnet: [321n], testnet: [322n] },
  rpcPath: sameFor('/v3/kcs/web3/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'constant', wei: GWEI },
  transactionCount: { from: 'node', block: 'latest' },
  habits: plain,
}

const celo: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('CELO'),
  name: 'Celo',
  aliases: [],
  derivation: path(52_752),
  apiPath: 'celo',
  // Testnets: Celo Sepolia, and Alfajores before it.
  chainIds: { mainnet: [42_220n], testnet: [11_142_220n, 44_787n] },
  rpcPath: sameFor('/v3/blockchain/node/CELO/{apiKey}'),
  methods: eth,
  gasPrice: { from: 'node' },
  transactionCount: { from: 'node', block: 'latest' },
  habits: { ...plain, zeroNonceIsOpen: 'always', gasLimit: 'any' },
  feeCurrencies: {
    gasMargin: 100_000n,
    lowestPrice: {
      // cUSD on mainnet and Alfajores.
      tokens: ['0x765de816845861e75a25fca122bb6898b8b1282a', '0x874069fa1eb16d44d622f2e0ca25eea172369bc1'],
      upTo: GWEI / 2n,
      wei: GWEI,
    },
  },
}

const kaia: EvmDefinition = {
  ...common,
  code: chainCodeSchema.parse('KLAY'),
  name: 'Kaia',
  aliases: ['kaia', 'klaytn'],
  derivation: path(8217),
  apiPath: 'klaytn',
  // Testnet: Kairos.
  chainIds: { mainnet: [8217n], testnet: [1001n] },
  rpcPath: sameFor('/v3/blockchain/node/KLAY/{apiKey}'),
  methods: {
    chainId: 'klay_chainID',
    estimateGas: 'klay_estimateGas',
    gasPrice: 'klay_gasPrice',
    transactionCount: 'klay_getTransactionCount',
  },
  gasPrice: { from: 'node' },
  transactionCount: { from: 'node', block: 'pending' },
  finalBlock: 'latest',
  habits: { ...plain, gasLimit: 'ignored', chainId: 'any' },
  kaiaTypes: true,
}

export const definitions: readonly EvmDefinition[] = [
  ethereum,
  bsc,
  polygon,
  harmony,
  xdc,
  kcc,
  celo,
  kaia,
  ...newerDefinitions,
]
