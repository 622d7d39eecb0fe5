import { KeywardError } from '../../core/errors.js'
import { bytes, given, malformed, positiveQuantity } from './fields.js'
import type { LosslessObject } from '../common/lossless-json.js'

/*
 * Kaia's own transactions (KLAY): https://docs.kaia.io/learn/transactions/basic/. Before a list of fields stands the type's byte; the signature is a list of its own. The
 * ones whose fee somebody else pays are not here: what the sender signs is no transaction yet, and nobody could send it.
 */

/** Types by the names that requesters use. */
export const KAIA_TYPE = {
  VALUE_TRANSFER: 0x08,
  VALUE_TRANSFER_MEMO: 0x10,
  ACCOUNT_UPDATE: 0x20,
  SMART_CONTRACT_DEPLOY: 0x28,
  SMART_CONTRACT_EXECUTION: 0x30,
  CANCEL: 0x38,
} as const
export type KaiaKind = keyof typeof KAIA_TYPE

/** What a type must and must not have beside gas and nonce. */
const SHAPE: Readonly<Record<KaiaKind, { readonly needs: readonly string[]; readonly excludes: readonly string[] }>> = {
  VALUE_TRANSFER: { needs: ['to', 'value'], excludes: ['data', 'input'] },
  VALUE_TRANSFER_MEMO: { needs: ['to', 'value', 'data'], excludes: ['input'] },
  ACCOUNT_UPDATE: { needs: [], excludes: ['to', 'value', 'data', 'input'] },
  SMART_CONTRACT_DEPLOY: { needs: ['data'], excludes: ['to', 'input', 'humanReadable', 'codeFormat'] },
  SMART_CONTRACT_EXECUTION: { needs: ['to', 'data'], excludes: ['input'] },
  CANCEL: { needs: [], excludes: ['to', 'value', 'data', 'input'] },
}
/** Fields that make another transaction of any type: other keys of an account, another payer. */
const UNSUPPORTED = [
  'accessList',
  'maxFeePerGas',
  'maxPriorityFeePerGas',
  'feePayer',
  'feeRatio',
  'senderRawTransaction',
]
const UNSUPPORTED_KEYS = ['key', 'multisig', 'roleTransaction', 'roleAccountUpdate', 'roleFeePayer']

/** Key of an account after an update: encoded as the chain has it (the two short ones are whole, the last one has a compressed public key behind it). */
const LEGACY_KEY = '0x01c0'
const FAIL_KEY = '0x03c0'
const PUBLIC_KEY_PREFIX = '0x02a1'

export interface KaiaFees {
  readonly type: 'kaia'
  readonly kind: KaiaKind
  readonly gasPrice?: bigint
  /** Only for ACCOUNT_UPDATE. */
  readonly accountKey?: string
}

/** The transaction's own type, when it names one in words. @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function kaiaFees(fields: LosslessObject): KaiaFees | undefined {
  const name = given(fields, 'type')
  if (typeof name !== 'string' || !/^[A-Z_]+$/.test(name)) return undefined
  if (!isKind(name)) throw unsupported('type')
  const { needs, excludes } = SHAPE[name]
  const missing = needs.find((member) => given(fields, member) === undefined)
  if (missing !== undefined) throw malformed(missing, `is missing, and ${name} needs it`)
  const surplus = excludes.find((member) => given(fields, member) !== undefined)
  if (surplus !== undefined) throw malformed(surplus, `does not belong to ${name}`)
  const other = [...UNSUPPORTED, ...UNSUPPORTED_KEYS].find((member) => given(fields, member) !== undefined)
  if (other !== undefined) throw unsupported(other)
  const gasPrice = positiveQuantity(fields, 'gasPrice')
  return {
    type: 'kaia',
    kind: name,
    ...(gasPrice === undefined ? {} : { gasPrice }),
    ...(name === 'ACCOUNT_UPDATE' ? { accountKey: accountKeyOf(fields) } : {}),
  }
}

/** Types that neither pay nor call nor create: they have no recipient. */
export const isAboutAccount = (fees: { readonly type: string; readonly kind?: KaiaKind }): boolean =>
  fees.kind === 'CANCEL' || fees.kind === 'ACCOUNT_UPDATE'

const isKind = (name: string): name is KaiaKind => Object.hasOwn(KAIA_TYPE, name)

function accountKeyOf(fields: LosslessObject): string {
  const publicKey = bytes(fields, 'publicKey')
  const keys = [
    ...(given(fields, 'legacyKey') === true ? [LEGACY_KEY] : []),
    ...(given(fields, 'failKey') === true ? [FAIL_KEY] : []),
    ...(publicKey === undefined ? [] : [`${PUBLIC_KEY_PREFIX}${publicKey.slice(2)}`]),
  ]
  const [key] = keys
  if (key === undefined || keys.length > 1) throw malformed('type', 'needs one of legacyKey, failKey and publicKey')
  if (publicKey !== undefined && !/^0x0[23][0-9a-f]{64}$/.test(publicKey)) {
    throw malformed('publicKey', 'is not a compressed public key')
  }
  return key
}

const unsupported = (name: string): KeywardError =>
  new KeywardError('TRANSACTION_UNSUPPORTED', `this "${name}" of the transaction is not supported on Kaia`)

/** Who can sign for the account after an update, in words. */
export function accountKeyText(key: string): string {
  if (key === LEGACY_KEY) return 'the key that belongs to its address'
  if (key === FAIL_KEY) return 'NONE: nobody can sign for this account any more'
  return `public key 0x${key.slice(PUBLIC_KEY_PREFIX.length)}`
}
