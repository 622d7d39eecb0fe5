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
  /** Of CashAddr addresses; where it is present, all addresses are written that way. */
  readonly cashAddressPrefix?: string
}

/** Nodes let the sender choose any fee. Chains whose reference signer refuses obvious mistakes have these limits instead of its window. */
export interface FeeLimits {
  /** Smallest units for each byte: the most that a request without a `fee` of its own may pay. A stated fee must be the one that is paid. */
  readonly maxUnstatedRate: bigint
}

/** How transactions are handed over and signed. */
export type Dialect = 'bitcoin' | 'bitcoin-cash'

/** What distinguishes one chain of the Bitcoin family from another. */
export interface BitcoinDefinition extends ChainDefinition {
  readonly dialect: Dialect
  readonly networks: Readonly<Record<Network, BitcoinNetwork>>
  /** The script to which the wallets' own addresses pay. */
  readonly addressType: 'p2wpkh' | 'p2pkh'
  /** Largest amount that a transaction may move by the rules of the chain, smallest units. */
  readonly maxAmount: bigint
  readonly feeLimits?: FeeLimits
}

/** Segwit scripts mean something only on chains that have addresses for them. */
export const hasSegwit = (definition: BitcoinDefinition, network: Network): boolean =>
  definition.networks[network].bech32Prefix !== undefined

/** What all members of the family have in common. */
const common = {
  family: 'bitcoin',
  dialect: 'bitcoin',
  curve: 'secp256k1',
  decimals: 8,
  offchainWithdrawals: true,
  walletMembers: ['mnemonic', 'xpub'],
} as const

const bitcoin: BitcoinDefinition = {
  ...common,
  code: chainCodeSchema.parse('BTC'),
  name: 'Bitcoin',
  aliases: ['bitcoin'],
  derivation: { mainnet: "m/44'/0'/0'/0", testnet: "m/44'/1'/0'/0" },
  apiPath: 'bitcoin',
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

const litecoin: BitcoinDefinition = {
  ...common,
  code: chainCodeSchema.parse('LTC'),
  name: 'Litecoin',
  aliases: ['litecoin'],
  derivation: { mainnet: "m/44'/2'/0'/0", testnet: "m/44'/1'/0'/0" },
  apiPath: 'litecoin',
  networks: {
    mainnet: {
      xpubVersion: 0x019da462,
      wifVersion: 0xb0,
      pubKeyHashVersion: 0x30,
      scriptHashVersion: 0x32,
      bech32Prefix: 'ltc',
    },
    testnet: {
      xpubVersion: 0x0436f6e1,
      wifVersion: 0xef,
      pubKeyHashVersion: 0x6f,
      scriptHashVersion: 0x3a,
      bech32Prefix: 'tltc',
    },
  },
  addressType: 'p2pkh',
  maxAmount: 8_400_000_000_000_000n,
}

const dogecoin: BitcoinDefinition = {
  ...common,
  code: chainCodeSchema.parse('DOGE'),
  name: 'Dogecoin',
  aliases: ['dogecoin'],
  derivation: { mainnet: "m/44'/3'/0'/0", testnet: "m/44'/1'/0'/0" },
  apiPath: 'dogecoin',
  networks: {
    mainnet: { xpubVersion: 0x0488b21e, wifVersion: 0x9e, pubKeyHashVersion: 0x1e, scriptHashVersion: 0x16 },
    testnet: { xpubVersion: 0x043587cf, wifVersion: 0xf1, pubKeyHashVersion: 0x71, scriptHashVersion: 0xc4 },
  },
  addressType: 'p2pkh',
  // Coins are made without end; one transaction may move ten billion of them.
  maxAmount: 1_000_000_000_000_000_000n,
  // 100 DOGE for a kilobyte, ten thousand times what nodes recommend.
  feeLimits: { maxUnstatedRate: 10_000_000n },
}

const bitcoinCash: BitcoinDefinition = {
  ...common,
  dialect: 'bitcoin-cash',
  code: chainCodeSchema.parse('BCH'),
  name: 'Bitcoin Cash',
  aliases: ['bcash', 'bitcoincash', 'bitcoin-cash'],
  // The same path on both networks.
  derivation: { mainnet: "m/44'/145'/0'/0", testnet: "m/44'/145'/0'/0" },
  apiPath: 'bcash',
  networks: {
    mainnet: {
      xpubVersion: 0x0488b21e,
      wifVersion: 0x80,
      pubKeyHashVersion: 0x00,
      scriptHashVersion: 0x05,
      cashAddressPrefix: 'bitcoincash',
    },
    testnet: {
      xpubVersion: 0x043587cf,
      wifVersion: 0xef,
      pubKeyHashVersion: 0x6f,
      scriptHashVersion: 0xc4,
      cashAddressPrefix: 'bchtest',
    },
  },
  addressType: 'p2pkh',
  maxAmount: 2_100_000_000_000_000n,
  // The reference's limit for absurd fees; nodes ask for 1 satoshi.
  feeLimits: { maxUnstatedRate: 2_500n },
}

export const definitions: readonly BitcoinDefinition[] = [bitcoin, litecoin, dogecoin, bitcoinCash]
