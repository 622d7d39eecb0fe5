import { bech32 } from '@scure/base'
import type { Network } from '../../core/ids.js'
import { byronAddressBytes, byronAddressText } from './byron-address.js'
import { blake2b224 } from './hashes.js'

/*
 * Addresses: CIP-19, https://github.com/cardano-foundation/CIPs/blob/master/CIP-0019/README.md. One head byte, type in its upper half and network in its lower one, then
 * credentials; as text in Bech32 (CIP-5). Those of before July 2020 (Byron) are Base58 and are paid to, not spent from.
 */

export const KEY_HASH_BYTES = 28
const PREFIX: Readonly<Record<Network, string>> = { mainnet: 'addr', testnet: 'addr_test' }
const NETWORK_ID: Readonly<Record<Network, number>> = { mainnet: 1, testnet: 0 }
const ENTERPRISE_TYPE = 6
const BYRON_TYPE = 8
/** Base, pointer and enterprise addresses whose payment part is a key; each type above with an odd number is the same with a script. */
const KEY_TYPES: readonly number[] = [0, 2, 4, ENTERPRISE_TYPE]
/** Bytes of each type; a pointer, of 32 bytes at most, has no fixed length. */
const LENGTHS: readonly (readonly [least: number, most: number])[] = [
  ...Array.from({ length: 4 }, () => [57, 57] as const),
  ...Array.from({ length: 2 }, () => [32, 61] as const),
  ...Array.from({ length: 2 }, () => [29, 29] as const),
]

const typeOf = (address: Uint8Array): number => (address[0] ?? 0xff) >> 4

/** The address to which only this key pays out: payment part, no stake part. */
export function addressOfKeyHash(keyHash: Uint8Array, network: Network): string {
  return encode(Buffer.concat([Buffer.of((ENTERPRISE_TYPE << 4) | NETWORK_ID[network]), keyHash]), network)
}

export const addressOfPublicKey = (publicKey: Uint8Array, network: Network): string =>
  addressOfKeyHash(blake2b224(publicKey), network)

/** The bytes of an address, or `undefined` for a text that is none of this network in its one spelling. */
export function addressBytes(text: string, network: Network): Buffer | undefined {
  const bytes = text.startsWith('addr') ? bech32Bytes(text) : byronAddressBytes(text, network)
  return bytes !== undefined && addressText(bytes, network) === text ? bytes : undefined
}

/** The text of an address, or `undefined` for bytes that are none of this network. */
export function addressText(bytes: Uint8Array, network: Network): string | undefined {
  if (typeOf(bytes) === BYRON_TYPE) return byronAddressText(bytes, network)
  const [least, most] = LENGTHS[typeOf(bytes)] ?? [0, -1]
  const fits = bytes.length >= least && bytes.length <= most && ((bytes[0] ?? 0) & 0xf) === NETWORK_ID[network]
  return fits ? encode(bytes, network) : undefined
}

/** Hash of the key that spends from this address, or `undefined` where a script or a key from before July 2020 does. */
export const paymentKeyHash = (address: Uint8Array): Buffer | undefined =>
  KEY_TYPES.includes(typeOf(address)) ? Buffer.from(address.subarray(1, 1 + KEY_HASH_BYTES)) : undefined

const encode = (bytes: Uint8Array, network: Network): string =>
  bech32.encode(PREFIX[network], bech32.toWords(bytes), false)

function bech32Bytes(text: string): Buffer | undefined {
  const words = bech32.decodeUnsafe(text, false)?.words
  const bytes = words && bech32.fromWordsUnsafe(words)
  return bytes instanceof Uint8Array ? Buffer.from(bytes) : undefined
}
