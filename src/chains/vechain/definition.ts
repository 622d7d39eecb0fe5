import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'
import type { Network } from '../../core/ids.js'

export interface VechainDefinition extends ChainDefinition {
  /** Last byte of the network's genesis block: what a transaction names its network by. */
  readonly chainTags: Readonly<Record<Network, number>>
}

export const vechain: VechainDefinition = {
  code: chainCodeSchema.parse('VET'),
  name: 'VeChain',
  aliases: ['vechain'],
  family: 'vechain',
  curve: 'secp256k1',
  derivation: { mainnet: "m/44'/818'/0'/0", testnet: "m/44'/1'/0'/0" },
  decimals: 18,
  apiPath: 'vet',
  offchainWithdrawals: false,
  endpoints: {
    node: { mainnet: 'https://sync-mainnet.vechain.org', testnet: 'https://sync-testnet.vechain.org' },
  },
  walletMembers: ['xpub', 'mnemonic'],
  chainTags: { mainnet: 0x4a, testnet: 0x27 },
}

export const definitions: readonly VechainDefinition[] = [vechain]
