import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

const ACCOUNT = "m/44'/539'/0'/0"

/** The keys of a wallet are the same on both networks. */
export const flow: ChainDefinition = {
  code: chainCodeSchema.parse('FLOW'),
  name: 'Flow',
  aliases: [],
  family: 'flow',
  curve: 'secp256k1',
  derivation: { mainnet: ACCOUNT, testnet: ACCOUNT },
  decimals: 8,
  apiPath: 'flow',
  offchainWithdrawals: false,
  endpoints: {
    node: { mainnet: 'https://rest-mainnet.onflow.org', testnet: 'https://rest-testnet.onflow.org' },
  },
  walletMembers: ['xpub', 'mnemonic'],
}

export const definitions: readonly ChainDefinition[] = [flow]
