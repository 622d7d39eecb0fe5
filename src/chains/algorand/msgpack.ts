/*
 * The part of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) that Algorand transactions use, in the canonical form that is signed: names in order, the
 * shortest encoding of everything, and what is zero or empty left out.
 */

export type MsgValue = bigint | string | boolean | Uint8Array | MsgMap
/** Members by name. `undefined` ones are not there. */
export interface MsgMap {
  readonly [name: string]: MsgValue | undefined
}

/** @throws RangeError for a number beyond 64 bits or a text or map that no transaction has. */
export function encodeMap(map: MsgMap): Buffer {
  const members = Object.entries(map).flatMap(([name, value]) =>
    value === undefined || isEmpty(value) ? [] : [{ name, value }],
  )
  if (members.length > 15) throw new RangeError('a map of more than 15 members is not written here')
  members.sort((one, other) => (one.name < other.name ? -1 : 1))
  const parts = members.flatMap(({ name, value }) => [encodeText(name), encodeValue(value)])
  return Buffer.concat([Buffer.of(0x80 | members.length), ...parts])
}

/** Zero bytes are the empty value of keys and hashes, whose length is fixed; a note of zero bytes is a note. */
function isEmpty(value: MsgValue): boolean {
  if (value instanceof Uint8Array) return value.length === 0
  if (typeof value === 'object') return Object.values(value).every((member) => member === undefined || isEmpty(member))
  return value === 0n || value === '' || value === false
}

function encodeValue(value: MsgValue): Buffer {
  if (typeof value === 'bigint') return encodeUint(value)
  if (typeof value === 'string') return encodeText(value)
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2)
  return value instanceof Uint8Array ? encodeBytes(value) : encodeMap(value)
}

function encodeUint(value: bigint): Buffer {
  if (value < 0n || value >= 1n << 64n) throw new RangeError('not an unsigned number of 64 bits')
  if (value < 0x80n) return Buffer.of(Number(value))
  const [tag, size] =
    value < 1n << 8n ? [0xcc, 1] : value < 1n << 16n ? [0xcd, 2] : value < 1n << 32n ? [0xce, 4] : [0xcf, 8]
  return Buffer.from(`${tag.toString(16)}${value.toString(16).padStart(2 * size, '0')}`, 'hex')
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > 0xff) throw new RangeError('a text of more than 255 bytes is not written here')
  const head = bytes.length < 32 ? Buffer.of(0xa0 | bytes.length) : Buffer.of(0xd9, bytes.length)
  return Buffer.concat([head, bytes])
}

function encodeBytes(bytes: Uint8Array): Buffer {
  if (bytes.length > 0xffff) throw new RangeError('more than 65535 bytes are not written here')
  const head =
    bytes.length <= 0xff ? Buffer.of(0xc4, bytes.length) : Buffer.of(0xc5, bytes.length >> 8, bytes.length & 0xff)
  return Buffer.concat([head, bytes])
}
