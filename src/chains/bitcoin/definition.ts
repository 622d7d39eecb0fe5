import type { ChainDefinition } from '../../core/chain.js'
import { chainCodeSchema } from '../../core/ids.js'
import type { Network } from '../../core/ids.js'

/** Version bytes and prefixes of one network's texts. */
export interface BitcoinNetwork {
  /** Extended public keys, four bytes. */
  readonly xpubVersion: number
  /** Private keys in wallet import format. */
  readonly wifVersion: number
  /** Base58Check addresses. */
  readonly pubKeyHashVersion: number
  readonly scriptHashVersion: number
  /** Human-readable part of segwit addresses; absent on chains without segwit. */
  readonly bech32Prefix?: string
}

/** What distinguishes one chain of the Bitcoin family from another. */
export interface BitcoinDefinition extends ChainDefinition {
  readonly networks: Readonly<Record<Network, BitcoinNetwork>>
  /** The script to which the wallets' own addresses pay. */
  readonly addressType: 'p2wpkh' | 'p2pkh'
  /** Largest amount that can exist, smallest units. */
  readonly maxAmount: bigint
}

const bitcoin: BitcoinDefinition = {
  code: chainCodeSchema.parse('BTC'),
  name: 'Bitcoin',
  aliases: ['bitcoin'],
  family: 'bitcoin',
  curve: 'secp256k1',
  derivation: { mainnet: "m/44'/0'/0'/0", testnet: "m/44'/1'/0'/0" },
  decimals: 8,
  apiPath: 'bitcoin',
  offchainWithdrawals: true,
  walletMembers: ['mnemonic', 'xpub'],
  networks: {
    mainnet: {
      xpubVersion: 0x0488b21e,
      wifVersion: 0x80,
      pubKeyHashVersion: 0x00,
      scriptHashVersion: 0x05,
      bech32Prefix: 'bc',
    },
    testnet: {
      xpubVersion: 0x043587cf,
      wifVersion: 0xef,
      pubKeyHashVersion: 0x6f,
      scriptHashVersion: 0xc4,
      bech32Prefix: 'tb',
    },
  },
  addressType: 'p2wpkh',
  maxAmount: 2_100_000_000_000_000n,
}

export const definitions: readonly BitcoinDefinition[] = [bitcoin]
