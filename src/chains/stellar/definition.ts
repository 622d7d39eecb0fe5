import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'
import type { Network } from '../../core/ids.js'

export interface StellarDefinition extends ChainDefinition {
  /** What makes a signature one for this network: its hash is signed with every transaction. */
  readonly passphrase: Readonly<Record<Network, string>>
}

const xlm: StellarDefinition = {
  code: chainCodeSchema.parse('XLM'),
  name: 'Stellar',
  aliases: ['stellar', 'lumens'],
  family: 'stellar',
  curve: 'ed25519',
  // Nothing is derived: a wallet is one secret seed with one address.
  derivation: { mainnet: '', testnet: '' },
  decimals: 7,
  apiPath: 'xlm',
  offchainWithdrawals: false,
  walletMembers: ['address', 'secret'],
  passphrase: {
    mainnet: 'Public Global Stellar Network ; September 2015',
    testnet: 'Test SDF Network ; September 2015',
  },
}

export const definitions: readonly StellarDefinition[] = [xlm]
