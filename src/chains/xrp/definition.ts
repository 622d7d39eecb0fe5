import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

const xrp: ChainDefinition = {
  code: chainCodeSchema.parse('XRP'),
  name: 'XRP Ledger',
  aliases: ['ripple', 'xrpl', 'xrp-ledger'],
  family: 'xrp',
  // For wallets made here. A family seed may ask for secp256k1, and its wallet then signs with that.
  curve: 'ed25519',
  // Nothing is derived: a wallet is one family seed with one address.
  derivation: { mainnet: '', testnet: '' },
  decimals: 6,
  apiPath: 'xrp',
  offchainWithdrawals: false,
  walletMembers: ['address', 'secret'],
}

export const definitions: readonly ChainDefinition[] = [xrp]
