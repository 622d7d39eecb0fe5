import { parseUnits } from '../../core/amount.js'
import { KeywardError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import { JsonNumber } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'
import { parseAddress } from './address.js'

/*
 * Arguments of Cadence transactions in JSON-Cadence, https://cadence-lang.org/docs/json-cadence-spec: every number is text, so no digit is lost. The reference
 * sends UInt64 and amounts through binary floats, and so pays and moves something else than was asked for.
 */

export interface CadenceValue {
  readonly type: string
  readonly value: JsonValue
}

export const FIXED_DECIMALS = 8
const FIXED_LIMITS: Readonly<Record<string, readonly [min: bigint, max: bigint]>> = {
  Fix64: [-(2n ** 63n), 2n ** 63n - 1n],
  UFix64: [0n, 2n ** 64n - 1n],
}
/** Cadence's Int and UInt have no limit; this many digits are as much as anything serves. */
const MAX_DIGITS = 100
const INTEGER_TYPE = /^(?:(Int|UInt)(8|16|32|64|128|256)?|(Word)(8|16|32|64|128|256))$/

/** The text of an argument as it is signed: the same letters as the reference's for the same value. */
export const argumentText = ({ type, value }: CadenceValue): string => JSON.stringify({ type, value })

/**
 * A value of a scalar type, checked against the limits of its type.
 * @throws KeywardError TRANSACTION_MALFORMED for a value that is none of its type, TRANSACTION_UNSUPPORTED for a type that takes parameters or is unknown.
 */
export function scalar(type: string, value: LosslessValue | undefined): CadenceValue {
  const [, plain, plainBits, word, wordBits] = INTEGER_TYPE.exec(type) ?? []
  const kind = plain ?? word
  if (kind !== undefined) return { type, value: integer(type, kind !== 'Int', plainBits ?? wordBits, value) }
  if (Object.hasOwn(FIXED_LIMITS, type)) return { type, value: fixed(type, value) }
  switch (type) {
    case 'String':
      return { type, value: text(type, value) }
    case 'Character':
      if (Array.from(new Intl.Segmenter().segment(text(type, value))).length !== 1) throw wrong(type)
      return { type, value: text(type, value) }
    case 'Bool':
      if (typeof value !== 'boolean') throw wrong(type)
      return { type, value }
    case 'Address': {
      const address = parseAddress(value)
      if (address === undefined) throw wrong(type)
      return { type, value: `0x${address}` }
    }
    default:
      throw new KeywardError(
        'TRANSACTION_UNSUPPORTED',
        'an argument of the transaction has a type that is not supported',
        {
          advice: 'Supported are numbers, String, Character, Bool, Address, and arrays of these.',
        },
      )
  }
}

export function array(subType: string, values: LosslessValue | undefined): CadenceValue {
  if (!Array.isArray(values)) throw wrong('Array')
  const elements: readonly LosslessValue[] = values
  return { type: 'Array', value: elements.map((value) => ({ ...scalar(subType, value) })) }
}

function integer(type: string, unsigned: boolean, bits: string | undefined, value: LosslessValue | undefined): string {
  const digits = numberText(type, value)
  if (!/^-?(?:0|[1-9]\d*)$/.test(digits) || digits.length > MAX_DIGITS || digits === '-0') throw wrong(type)
  const number = BigInt(digits)
  if (unsigned && number < 0n) throw wrong(type)
  if (bits === undefined) return digits
  const limit = 2n ** BigInt(unsigned ? bits : Number(bits) - 1)
  if (number >= limit || number < (unsigned ? 0n : -limit)) throw wrong(type)
  return digits
}

/** The digits stay as they were given, with a point, which Cadence wants. */
function fixed(type: string, value: LosslessValue | undefined): string {
  const given = numberText(type, value)
  if (!/^-?\d{1,20}(?:\.\d{1,8})?$/.test(given)) throw wrong(type)
  const units = parseUnits(given.replace('-', ''), FIXED_DECIMALS) * (given.startsWith('-') ? -1n : 1n)
  const [min, max] = FIXED_LIMITS[type] ?? [0n, 0n]
  if (units < min || units > max) throw wrong(type)
  return given.includes('.') ? given : `${given}.0`
}

const numberText = (type: string, value: LosslessValue | undefined): string =>
  value instanceof JsonNumber ? value.text : text(type, value)

function text(type: string, value: LosslessValue | undefined): string {
  if (typeof value === 'string') return value
  throw wrong(type)
}

const wrong = (type: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `an argument of the transaction is not a value of type ${type}`)
