import type { Network } from '../../core/ids.js'
import type { EvmDefinition, Habits, NodeMethods } from './definition.js'

/*
 * What most definitions of the family have in common.
 */

export const common = {
  family: 'evm',
  curve: 'secp256k1',
  decimals: 18,
  offchainWithdrawals: false,
  walletMembers: ['xpub', 'mnemonic'],
  foundAt: 'api',
  finalBlock: 'finalized',
} as const satisfies Partial<EvmDefinition>

/** Coin types of SLIP-44; every testnet has 1. */
export const path = (coinType: number): Readonly<Record<Network, string>> => ({
  mainnet: `m/44'/${coinType}'/0'/0`,
  testnet: "m/44'/1'/0'/0",
})

/** One path for both networks: the API key decides. */
export const sameFor = (rpcPath: string): Readonly<Record<Network, string>> => ({ mainnet: rpcPath, testnet: rpcPath })

export const eth: NodeMethods = {
  chainId: 'eth_chainId',
  estimateGas: 'eth_estimateGas',
  gasPrice: 'eth_gasPrice',
  transactionCount: 'eth_getTransactionCount',
}

/** Nothing beyond the common rules. */
export const plain: Habits = {
  estimates: 'no-one',
  zeroNonceIsOpen: 'never',
  gasLimit: 'hexadecimal',
  chainId: 'decimal',
}
