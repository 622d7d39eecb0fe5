import { KeywardError } from '../../core/errors.js'
import type { LosslessObject, LosslessValue } from '../common/lossless-json.js'

/** Requesters name the wallet in the body too. */
export const BESIDE = ['account', 'signatureId', 'index']

/** Nothing that was asked for may be passed over in silence. */
export function requireOnly(object: LosslessObject, names: readonly string[]): void {
  const unknown = [...object.keys()].find((name) => !names.includes(name) && valueOf(object, name) !== undefined)
  if (unknown === undefined) return
  throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction has a member that this version does not know', {
    context: { member: unknown.replace(/[^\w.-]/g, '').slice(0, 40) },
  })
}

/** `null` and `""` mean that a member was not given. */
export function valueOf(object: LosslessObject, name: string): LosslessValue | undefined {
  const value = object.get(name)
  return value === null || value === '' ? undefined : value
}

export const malformed = (message: string): KeywardError => new KeywardError('TRANSACTION_MALFORMED', message)
