import { crc32 } from 'node:zlib'
import { base58 } from '@scure/base'
import type { Network } from '../../core/ids.js'
import { readCbor } from './cbor-reader.js'
import type { CborValue } from './cbor-reader.js'

/*
 * Addresses of before July 2020: CBOR of [24(payload), CRC-32 of the payload], as Base58 text; https://input-output-hk.github.io/cardano-wallet/concepts/byron-address-format
 * The payload is [28 bytes, attributes, type]. Attribute 2 holds the number of the network, and is there on test networks only.
 */

const ENCODED_CBOR = 24n
const NETWORK_ATTRIBUTE = 2n
/** Number of the test network (preprod), as the CBOR inside the attribute. */
const PREPROD = '01'
const MAX_LENGTH = 200

/** The bytes of an address, or `undefined` for a text that is none of this network. */
export function byronAddressBytes(text: string, network: Network): Buffer | undefined {
  // Base58 takes time with the square of the length.
  if (text.length > MAX_LENGTH || !/^[1-9A-HJ-NP-Za-km-z]+$/.test(text)) return undefined
  const bytes = Buffer.from(base58.decode(text))
  return isByron(bytes, network) ? bytes : undefined
}

/** The text of an address, or `undefined` for bytes that are none of this network. */
export const byronAddressText = (bytes: Uint8Array, network: Network): string | undefined =>
  bytes.length <= MAX_LENGTH && isByron(Buffer.from(bytes), network) ? base58.encode(bytes) : undefined

function isByron(bytes: Buffer, network: Network): boolean {
  const [tagged, checksum, ...rest] = itemsOf(readCbor(bytes))
  if (tagged?.type !== 'tag' || tagged.tag !== ENCODED_CBOR || tagged.content.type !== 'bytes') return false
  const payload = tagged.content.value
  if (rest.length > 0 || checksum?.type !== 'integer' || checksum.value !== BigInt(crc32(payload))) return false
  const [root, attributes] = itemsOf(readCbor(payload))
  if (root?.type !== 'bytes' || attributes?.type !== 'map') return false
  return networkOf(attributes) === (network === 'mainnet' ? undefined : PREPROD)
}

const itemsOf = (value: CborValue | undefined): readonly CborValue[] => (value?.type === 'array' ? value.items : [])

function networkOf({ entries }: Extract<CborValue, { type: 'map' }>): string | undefined {
  const entry = entries.find(([name]) => name.type === 'integer' && name.value === NETWORK_ATTRIBUTE)
  return entry?.[1].type === 'bytes' ? entry[1].value.toString('hex') : undefined
}
