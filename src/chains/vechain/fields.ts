import { KeywardError } from '../../core/errors.js'
import { parseAddress } from '../common/ethereum-address.js'
import { JsonNumber } from '../common/lossless-json.js'
import type { LosslessObject, LosslessValue } from '../common/lossless-json.js'

/*
 * The forms in which requesters write the fields of a transaction: those that the reference's signer accepts. Errors name the field and never its value.
 */

/** A field by its name; `null`, `""` and absent all mean that it was not given. */
export class Fields {
  constructor(private readonly object: LosslessObject) {}

  value(name: string): LosslessValue | undefined {
    const value = this.object.get(name)
    return value === null || value === '' ? undefined : value
  }

  /** A whole number up to `max`: JSON number, decimal text, or 0x and hexadecimal digits. */
  number(name: string, max: bigint): bigint | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    const text = value instanceof JsonNumber ? value.text : value
    const form = value instanceof JsonNumber ? /^\d{1,78}$/ : /^(?:\d{1,78}|0x[0-9a-f]{1,64})$/i
    if (typeof text !== 'string' || !form.test(text)) throw malformed(name, 'is not a whole number')
    const number = BigInt(text.toLowerCase())
    if (number > max) throw malformed(name, 'is too large')
    return number
  }

  /** Lower-case hexadecimal with 0x, of exactly `length` bytes if one is given. */
  bytes(name: string, length?: number): string | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    const digits = typeof value === 'string' ? /^(?:0x)?((?:[0-9a-f]{2})*)$/i.exec(value)?.[1] : undefined
    if (digits === undefined) throw malformed(name, 'is not hexadecimal, two digits for each byte')
    if (length !== undefined && digits.length !== 2 * length) throw malformed(name, `does not have ${length} bytes`)
    return `0x${digits.toLowerCase()}`
  }

  /** Lower case with 0x. */
  address(name: string): string | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    const address = typeof value === 'string' ? parseAddress(value) : undefined
    if (address !== undefined) return address
    throw new KeywardError('TRANSACTION_MALFORMED', `"${name}" of the transaction is not an address`, {
      advice:
        'An address has 40 hexadecimal digits. In mixed case it carries a checksum (EIP-55), which must be right.',
    })
  }
}

const malformed = (name: string, what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `"${name}" of the transaction ${what}`)
