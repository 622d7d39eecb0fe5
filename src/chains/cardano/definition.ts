import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

const cardano: ChainDefinition = {
  code: chainCodeSchema.parse('ADA'),
  name: 'Cardano',
  aliases: ['cardano'],
  family: 'cardano',
  curve: 'ed25519',
  // The role, the last step, is hardened, unlike that of CIP-1852: so the reference made the keys and xpubs that its users have.
  derivation: { mainnet: "m/1852'/1815'/0'/0'", testnet: "m/1852'/1815'/0'/0'" },
  decimals: 6,
  apiPath: 'ada',
  offchainWithdrawals: true,
  walletMembers: ['mnemonic', 'xpub'],
}

export const definitions: readonly [ChainDefinition] = [cardano]
