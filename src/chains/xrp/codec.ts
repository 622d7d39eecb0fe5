import { decode, encode, encodeForSigning } from 'ripple-binary-codec'
import { KeywardError } from '../../core/errors.js'
import type { XrpFields } from './fields.js'

/*
 * The codec of the ledger's authors, behind two promises that it does not make: a field that it would drop, or a number that it would read differently, is
 * refused; and whatever it throws becomes an error of ours.
 */

/** Bytes of a transaction as upper-case hexadecimal. @throws KeywardError TRANSACTION_MALFORMED */
export const encodeFields = (fields: XrpFields): string => guarded(() => encode(fields))

/** What is signed: `STX\0` and the bytes, as upper-case hexadecimal. @throws KeywardError TRANSACTION_MALFORMED */
export const encodeSigningPayload = (fields: XrpFields): string => guarded(() => encodeForSigning(fields))

/** The fields in bytes. @throws KeywardError TRANSACTION_MALFORMED */
export const decodeFields = (hex: string): XrpFields => guarded(() => decode(hex))

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch {
    // The library's messages repeat the values, so they are not passed on.
    throw new KeywardError(
      'TRANSACTION_MALFORMED',
      'a field of the transaction is not what the XRP Ledger expects there',
    )
  }
}
