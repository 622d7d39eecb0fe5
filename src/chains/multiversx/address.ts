import { bech32 } from '@scure/base'

/* Addresses: Bech32 (BIP-173) of the 32 bytes of a public key, or of a contract, whose first eight bytes are zero. */

const PREFIX = 'erd'
const KEY_BYTES = 32
const CONTRACT_ZEROS = 8

/** The same on both networks. */
export const addressOf = (publicKey: Uint8Array): string => bech32.encode(PREFIX, bech32.toWords(publicKey))

/** The 32 bytes, or `undefined` for a text that is no address in lower case. */
export function addressBytes(text: string): Uint8Array | undefined {
  const decoded = bech32.decodeUnsafe(text)
  const bytes = decoded?.prefix === PREFIX ? bech32.fromWordsUnsafe(decoded.words) : undefined
  return bytes instanceof Uint8Array && bytes.length === KEY_BYTES && addressOf(bytes) === text ? bytes : undefined
}

export const isAddress = (text: string): boolean => addressBytes(text) !== undefined

export const isContract = (address: string): boolean =>
  addressBytes(address)
    ?.subarray(0, CONTRACT_ZEROS)
    .every((byte) => byte === 0) === true
