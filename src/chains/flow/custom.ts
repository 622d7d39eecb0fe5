import { KeywardError } from '../../core/errors.js'
import { LosslessObject } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'
import { argumentText, array, scalar } from './cadence.js'
import type { CadenceValue } from './cadence.js'
import { BESIDE, malformed, requireOnly, valueOf } from './members.js'

/*
 * Custom transactions: a script of the requester's, and its arguments as `{type, subType?, value}`.
 */

/** Bounded, so that no text takes long. */
const BEFORE_CADENCE_1 = /\bprepare\s{0,20}\([^)]{0,500}:\s{0,20}AuthAccount\b/

/** Far more than scripts have; a list of any length is one argument. The verifier's RLP takes time with the square of their number. */
const MAX_ARGUMENTS = 500

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function customContent(body: LosslessObject): {
  readonly script: string
  readonly arguments: readonly string[]
} {
  requireOnly(body, [...BESIDE, 'transaction', 'args'])
  const script = body.get('transaction')
  const values = body.get('args') ?? []
  if (typeof script !== 'string' || script.trim() === '') throw malformed('"transaction" is not a Cadence text')
  // Half a surrogate pair has no bytes of its own: something else would be signed.
  if (Buffer.from(script, 'utf8').toString('utf8') !== script) throw malformed('"transaction" is not sound Unicode')
  if (!Array.isArray(values)) throw malformed('"args" of the transaction is not a list')
  if (BEFORE_CADENCE_1.test(script)) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the script is written in Cadence before 1.0', {
      advice: 'Networks have run Cadence 1.0 only since September 2024: rewrite the script with `auth(…) &Account`.',
    })
  }
  if (values.length > MAX_ARGUMENTS) throw malformed(`"args" of the transaction has more than ${MAX_ARGUMENTS} values`)
  const elements: readonly LosslessValue[] = values
  return { script, arguments: elements.map((value) => argumentText(customArgument(value))) }
}

function customArgument(value: LosslessValue): CadenceValue {
  if (!(value instanceof LosslessObject)) throw malformed('an argument of the transaction is not an object')
  requireOnly(value, ['type', 'subType', 'value'])
  const type = value.get('type')
  const subType = valueOf(value, 'subType')
  if (typeof type !== 'string') throw malformed('an argument of the transaction has no type')
  if (type !== 'Array' && subType === undefined) return scalar(type, value.get('value'))
  if (type === 'Array' && typeof subType === 'string') return array(subType, value.get('value'))
  throw malformed('an argument of the transaction names its "subType" where it has none, or not where it needs one')
}
