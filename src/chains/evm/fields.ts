import { KeywardError } from '../../core/errors.js'
import { parseAddress } from '../common/ethereum-address.js'
import { JsonNumber, LosslessObject } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'

/*
 * The forms in which requesters write the fields of a transaction: those that the reference's signer accepts. Errors name the field and never its value.
 */

const DECIMAL = /^\d{1,78}$/
const HEXADECIMAL = /^0x[0-9a-f]{1,64}$/i
const STORAGE_KEY = /^0x[0-9a-f]{64}$/i
const MAX_UINT256 = 2n ** 256n - 1n

/** An entry of an EIP-2930 access list, in lower case. */
export interface AccessListEntry {
  readonly address: string
  readonly storageKeys: readonly string[]
}

/** The member's value, where `null`, `""` and absent all mean that it was not given. */
export function given(fields: LosslessObject, name: string): LosslessValue | undefined {
  const value = fields.get(name)
  return value === null || value === '' ? undefined : value
}

/** A whole number: JSON number without fraction or exponent, decimal text, or 0x and hexadecimal digits. */
export function quantity(fields: LosslessObject, name: string): bigint | undefined {
  const value = given(fields, name)
  if (value === undefined) return undefined
  const text = value instanceof JsonNumber ? value.text : value
  if (typeof text !== 'string' || !(DECIMAL.test(text) || (HEXADECIMAL.test(text) && text === value))) {
    throw malformed(name, 'is not a whole number')
  }
  const number = BigInt(text.toLowerCase())
  if (number > MAX_UINT256) throw malformed(name, 'does not fit into 256 bits')
  return number
}

/** As `quantity`, for fields where zero says nothing. */
export function positiveQuantity(fields: LosslessObject, name: string): bigint | undefined {
  const number = quantity(fields, name)
  return number === 0n ? undefined : number
}

/** A chain id is never hexadecimal, and a gasLimit always is: the reference refuses the other forms, so nobody relies on them. */
export function decimalQuantity(fields: LosslessObject, name: string): bigint | undefined {
  const value = given(fields, name)
  if (typeof value === 'string' && !DECIMAL.test(value)) throw malformed(name, 'is not a decimal number')
  return quantity(fields, name)
}

/** Counterpart of `decimalQuantity`. */
export function hexadecimalQuantity(fields: LosslessObject, name: string): bigint | undefined {
  const value = given(fields, name)
  if (value !== undefined && !(typeof value === 'string' && HEXADECIMAL.test(value))) {
    throw malformed(name, 'is not 0x and hexadecimal digits')
  }
  return positiveQuantity(fields, name)
}

/** Lower case with 0x. */
export function address(fields: LosslessObject, name: string): string | undefined {
  const value = given(fields, name)
  return value === undefined ? undefined : addressOf(value, name)
}

/** Bytes as lower-case hexadecimal with 0x. An odd number of digits gets a zero in front, as the reference's library does. */
export function bytes(fields: LosslessObject, name: string): string | undefined {
  const value = given(fields, name)
  if (value === undefined) return undefined
  const digits = typeof value === 'string' ? /^(?:0x)?([0-9a-f]*)$/i.exec(value)?.[1] : undefined
  if (digits === undefined) throw malformed(name, 'is not hexadecimal')
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits.toLowerCase()}`
}

export function accessList(fields: LosslessObject, name: string): readonly AccessListEntry[] | undefined {
  const value = given(fields, name)
  if (value === undefined) return undefined
  if (!isArray(value)) throw malformed(name, 'is not a list')
  return value.map((entry) => accessListEntry(entry, name))
}

function accessListEntry(entry: LosslessValue, name: string): AccessListEntry {
  if (!(entry instanceof LosslessObject)) throw malformed(name, 'has an entry that is not an object')
  const keys = entry.get('storageKeys')
  if (!isArray(keys)) throw malformed(name, 'has an entry without a list of storage keys')
  return {
    address: addressOf(entry.get('address'), name),
    storageKeys: keys.map((key) => {
      if (typeof key !== 'string' || !STORAGE_KEY.test(key)) throw malformed(name, 'has a storage key without 32 bytes')
      return key.toLowerCase()
    }),
  }
}

function addressOf(value: LosslessValue | undefined, name: string): string {
  const parsed = typeof value === 'string' ? parseAddress(value) : undefined
  if (parsed !== undefined) return parsed
  throw new KeywardError('TRANSACTION_MALFORMED', `"${name}" of the transaction is not an address`, {
    advice: 'An address has 40 hexadecimal digits. In mixed case it carries a checksum (EIP-55), which must be right.',
  })
}

export const malformed = (name: string, what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `"${name}" of the transaction ${what}`)

function isArray(value: LosslessValue | undefined): value is readonly LosslessValue[] {
  return Array.isArray(value)
}
