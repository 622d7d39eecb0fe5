import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'
import type { Network } from '../../core/ids.js'

/**
 * What distinguishes one Ethereum-like chain from another. A new chain is a new value of this type; a chain that finds its fee or its nonce in another way
 * adds that way here, as data, and to lookups.ts, as code.
 */
export interface EvmDefinition extends ChainDefinition {
  /** Chain ids (EIP-155) that may be signed for. Anything else is another network, whoever names it. */
  readonly chainIds: Readonly<Record<Network, readonly bigint[]>>
  /** JSON-RPC through the API; the client puts the key in. */
  readonly rpcPath: string
  /** Fee service: answers `{ medium }`, a gas price in wei. */
  readonly feePath: string
  /** What the reference tool does on this chain beyond the common rules. Requesters may rely on it, and test vectors pin it. */
  readonly habits: {
    /** The gas of a withdrawal is estimated even if the requester gave some. */
    readonly estimatesWithdrawals: boolean
    /** The JSON number 0 as nonce asks for the next nonce, unless the gas is estimated: the estimate turns numbers into text, which then counts. */
    readonly zeroNonceIsOpen: boolean
  }
}

const ethereum: EvmDefinition = {
  code: chainCodeSchema.parse('ETH'),
  name: 'Ethereum',
  aliases: ['ethereum'],
  family: 'evm',
  curve: 'secp256k1',
  derivation: { mainnet: "m/44'/60'/0'/0", testnet: "m/44'/1'/0'/0" },
  decimals: 18,
  apiPath: 'ethereum',
  offchainWithdrawals: true,
  walletMembers: ['xpub', 'mnemonic'],
  // Testnets: Sepolia, Hoodi, Holesky.
  chainIds: { mainnet: [1n], testnet: [11_155_111n, 560_048n, 17_000n] },
  rpcPath: '/v3/ethereum/web3/{apiKey}',
  feePath: '/v3/blockchain/fee/ETH',
  habits: { estimatesWithdrawals: true, zeroNonceIsOpen: true },
}

export const definitions: readonly EvmDefinition[] = [ethereum]
