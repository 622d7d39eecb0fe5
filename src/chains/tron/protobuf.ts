import { KeywardError } from '../../core/errors.js'

/*
 * Protocol Buffers, wire format (https://protobuf.dev/programming-guides/encoding/), as far as TRON uses it: numbers and byte strings. Nodes decode a
 * transaction and encode it again before they hash it, so of the many ways to write one message only the one that an encoder produces is taken: fields in
 * ascending order, numbers without needless bytes, defaults left out.
 */

/** A field with its bytes, or with its number: unsigned, up to 64 bits. */
export interface WireField {
  readonly number: number
  readonly value: bigint | Buffer
}

const VARINT = 0n
const LENGTH_DELIMITED = 2n
const MAX_UINT64 = 2n ** 64n - 1n
const MAX_FIELD = 2n ** 29n - 1n

/** The fields of a message in their order; repeated ones follow one another. @throws KeywardError TRANSACTION_MALFORMED */
export function readFields(message: Buffer): WireField[] {
  const fields: WireField[] = []
  let at = 0
  let last = 0
  const varint = (): bigint => {
    const { value, end } = readVarint(message, at)
    at = end
    return value
  }
  while (at < message.length) {
    const tag = varint()
    const number = tag >> 3n
    if (number < 1n || number > MAX_FIELD || Number(number) < last) throw malformed('its fields are out of order')
    last = Number(number)
    fields.push({ number: last, value: readValue(tag & 7n) })
  }
  return fields

  function readValue(wireType: bigint): bigint | Buffer {
    const value = varint()
    if (wireType === VARINT) return value
    if (wireType !== LENGTH_DELIMITED) throw malformed('it has a field of an unknown wire type')
    const start = at
    if (value > BigInt(message.length - start)) throw malformed('it ends within a field')
    at += Number(value)
    return message.subarray(start, at)
  }
}

function readVarint(message: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n
  for (let at = start; at < message.length && at < start + 10; at++) {
    const byte = message[at] ?? 0
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start))
    if (byte < 0x80) {
      if ((byte === 0 && at > start) || value > MAX_UINT64) break
      return { value, end: at + 1 }
    }
  }
  throw malformed('it has a broken number')
}

export const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `"raw_data_hex" of the transaction is not sound: ${what}`)
