import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'

/** Five hardened levels, the last one the index: what the reference derives. Common Solana wallets use m/44'/501'/{index}'/0' instead. */
const ACCOUNT = "m/44'/501'/0'/0'"

const solana: ChainDefinition = {
  code: chainCodeSchema.parse('SOL'),
  name: 'Solana',
  aliases: ['solana'],
  family: 'solana',
  curve: 'ed25519',
  derivation: { mainnet: ACCOUNT, testnet: ACCOUNT },
  decimals: 9,
  apiPath: 'solana',
  // Its node is asked through the API unless a host is configured.
  endpoints: { node: {} },
  offchainWithdrawals: false,
  walletMembers: ['mnemonic', 'address', 'privateKey'],
}

export const definitions: readonly ChainDefinition[] = [solana]
