import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

/** Coin type 195 on both networks: a TRON address does not tell which network it is for. */
const PATH = "m/44'/195'/0'/0"

export const tron: ChainDefinition = {
  code: chainCodeSchema.parse('TRON'),
  name: 'TRON',
  aliases: ['trx'],
  family: 'tron',
  curve: 'secp256k1',
  derivation: { mainnet: PATH, testnet: PATH },
  decimals: 6,
  apiPath: 'tron',
  offchainWithdrawals: false,
  walletMembers: ['xpub', 'mnemonic'],
}

export const definitions: readonly ChainDefinition[] = [tron]
