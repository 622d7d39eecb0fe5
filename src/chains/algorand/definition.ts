import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

const algorand: ChainDefinition = {
  code: chainCodeSchema.parse('ALGO'),
  name: 'Algorand',
  aliases: ['algorand'],
  family: 'algorand',
  curve: 'ed25519',
  // Nothing is derived: a wallet is one key with one address.
  derivation: { mainnet: '', testnet: '' },
  decimals: 6,
  apiPath: 'algorand',
  offchainWithdrawals: false,
  walletMembers: ['address', 'secret'],
}

export const definitions: readonly ChainDefinition[] = [algorand]
