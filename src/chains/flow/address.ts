import { KeywardError } from '../../core/errors.js'
import type { LosslessValue } from '../common/lossless-json.js'

/*
 * Accounts: eight bytes, in requests with 0x. The node writes them without, and so do plans.
 */

const ADDRESS = /^0x([0-9a-f]{16})$/i

/** 16 hexadecimal digits in lower case, or `undefined` for a value that is no address. */
export const parseAddress = (value: unknown): string | undefined =>
  typeof value === 'string' ? ADDRESS.exec(value)?.[1]?.toLowerCase() : undefined

/** @throws KeywardError TRANSACTION_MALFORMED naming the field. */
export function addressField(name: string, value: LosslessValue | undefined): string {
  const address = parseAddress(value)
  if (address !== undefined) return address
  throw new KeywardError('TRANSACTION_MALFORMED', `"${name}" of the transaction is not an address of Flow`, {
    advice: 'An address is 0x and 16 hexadecimal digits.',
  })
}
