import { hash160 } from '../common/hashes.js'
import { decodeRippleBase58, encodeRippleBase58 } from './base58.js'

const ADDRESS_VERSION = 0x00
const ACCOUNT_ID_BYTES = 20

/** Classic address of an account id (20 bytes): `r…`. */
export const encodeAddress = (accountId: Uint8Array): string =>
  encodeRippleBase58(Buffer.concat([Buffer.of(ADDRESS_VERSION), accountId])).toString('ascii')

/** Classic address of a public key (33 bytes; 0xED before an Ed25519 one). The same on both networks. */
export const addressOf = (publicKey: Uint8Array): string => encodeAddress(hash160(publicKey))

/** Is this a classic address? X-addresses, which hide a tag and a network in it, are not. */
export function isAddress(text: string): boolean {
  const payload = decodeRippleBase58(Buffer.from(text, 'utf8'))
  return payload?.length === 1 + ACCOUNT_ID_BYTES && payload[0] === ADDRESS_VERSION
}
