import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

const multiversx: ChainDefinition = {
  code: chainCodeSchema.parse('EGLD'),
  name: 'MultiversX',
  aliases: ['multiversx', 'elrond'],
  family: 'multiversx',
  curve: 'ed25519',
  derivation: { mainnet: "m/44'/508'/0'/0'", testnet: "m/44'/1'/0'/0'" },
  decimals: 18,
  apiPath: 'egld',
  offchainWithdrawals: false,
  walletMembers: ['mnemonic'],
}

export const definitions: readonly ChainDefinition[] = [multiversx]
