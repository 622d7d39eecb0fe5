import { decodeBase58Check, encodeBase58Check } from '../common/base58check.js'
import { addressOf as ethereumAddressOf } from '../common/ethereum-address.js'

/** First byte of an address on both networks; in Base58Check it makes the text start with T. */
const PREFIX = 0x41
const ADDRESS_BYTES = 21

/** Address of a public key in either form. Source: TRON's protocol document, "Account": the last 20 bytes of Keccak-256, as on Ethereum, behind 0x41. */
export const addressOf = (publicKey: Uint8Array): string => fromEthereumForm(ethereumAddressOf(publicKey))

/** @param address `0x` and 40 hexadecimal digits: how smart contracts see an account. */
export const fromEthereumForm = (address: string): string => encode(Buffer.from(`41${address.slice(2)}`, 'hex'))

/** The text of an address in a transaction, or `undefined` when the bytes are none. */
export const addressFrom = (bytes: Uint8Array): string | undefined =>
  bytes.length === ADDRESS_BYTES && bytes[0] === PREFIX ? encode(bytes) : undefined

/** An address as nodes write it, hexadecimal or Base58Check, as Base58Check; `undefined` for anything else. */
export function parseAddress(text: string): string | undefined {
  if (/^41[0-9a-f]{40}$/i.test(text)) return addressFrom(Buffer.from(text, 'hex'))
  const bytes = decodeBase58Check(Buffer.from(text, 'utf8'))
  return bytes === undefined ? undefined : addressFrom(bytes)
}

const encode = (bytes: Uint8Array): string => encodeBase58Check(bytes).toString('ascii')
