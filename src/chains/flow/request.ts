import { formatUnits, parseUnits } from '../../core/amount.js'
import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { JsonNumber, LosslessObject, parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'
import { firstSigner } from '../common/single-signer.js'
import { addressField } from './address.js'
import { argumentText, array, FIXED_DECIMALS, scalar } from './cadence.js'
import type { CadenceValue } from './cadence.js'
import { isPublicKeyText } from './keys.js'
import { scriptOf } from './templates.js'
import type { TemplateName } from './templates.js'

/** A script and what it is called with, by one account. */
export interface FlowRequest extends TransactionRequest {
  /** The account that authorises: 16 hexadecimal digits. */
  readonly authorizer: string
  readonly script: string
  /** JSON-Cadence. */
  readonly arguments: readonly string[]
}

type Content = Pick<FlowRequest, 'script' | 'arguments'>

/** Nodes take no transaction above 1.5 MB. */
const MAX_LENGTH = 1_200_000
const MAX_WEIGHT = 1000n
/** What the reference gives to the key of a new account, and to one that is added to an account. */
const DEFAULT_WEIGHT = { 'create-account': 1000n, 'add-key': 0n } as const
/** Requesters name the wallet in the body too. */
const BESIDE = ['account', 'signatureId', 'index']
const BEFORE_CADENCE_1 = /\bprepare\s*\([^)]*:\s*AuthAccount\b/

/**
 * Reads `{"type", "apiManagedProposal", "body"}` in `serializedTransaction`.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED
 */
export function readRequest(pending: PendingTransaction, network: Network): FlowRequest {
  if (pending.serializedTransaction.length > MAX_LENGTH) throw malformed('the serialized transaction is too long')
  const request = parseLosslessObject(pending.serializedTransaction)
  requireOnly(request, ['type', 'apiManagedProposal', 'body'])
  // The reference does not look at it, and always has Tatum's accounts propose and pay.
  const managed = valueOf(request, 'apiManagedProposal')
  if (managed !== undefined && managed !== true) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', 'only transactions that the API proposes and pays are supported')
  }
  const body = request.get('body')
  if (!(body instanceof LosslessObject)) throw malformed('"body" of the transaction is not an object')
  const type = request.get('type')
  return {
    signers: [firstSigner(pending)],
    authorizer: addressField('account', body.get('account')),
    ...contentOf(type instanceof JsonNumber ? type.text : '', body, network),
  }
}

/** Types 4 to 7 are NFT calls of a contract of Tatum's that is known under a UUID only, in a Cadence that no node runs any more. */
function contentOf(type: string, body: LosslessObject, network: Network): Content {
  switch (type) {
    case '0':
      return keyTemplate('create-account', body, network)
    case '1':
      return keyTemplate('add-key', body, network)
    case '2':
      return transfer(body, network)
    case '8':
      return custom(body)
    default:
      throw new KeywardError('TRANSACTION_UNSUPPORTED', 'transactions of this type are not supported', {
        advice: 'Send it as a custom transaction (type 8), with its script in Cadence 1.0.',
      })
  }
}

function transfer(body: LosslessObject, network: Network): Content {
  requireOnly(body, [...BESIDE, 'to', 'amount', 'currency'])
  const currency = body.get('currency')
  if (currency !== 'FLOW' && currency !== 'FUSD') {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', '"currency" of the transaction is neither FLOW nor FUSD')
  }
  const amount = body.get('amount')
  const given = amount instanceof JsonNumber ? amount.text : amount
  if (typeof given !== 'string') throw malformed('"amount" of the transaction is missing')
  const units = parseUnits(given, FIXED_DECIMALS)
  return template(currency, network, [
    // Eight decimals, as the reference writes them; every digit is the requester's.
    scalar('UFix64', fixedText(units)),
    scalar('Address', `0x${addressField('to', body.get('to'))}`),
  ])
}

function keyTemplate(name: 'create-account' | 'add-key', body: LosslessObject, network: Network): Content {
  requireOnly(body, [...BESIDE, 'publicKey', 'weight'])
  const publicKey = body.get('publicKey')
  const digits = typeof publicKey === 'string' ? publicKey.toLowerCase() : ''
  if (!isPublicKeyText(digits)) {
    throw malformed('"publicKey" of the transaction is not a secp256k1 key in 128 hexadecimal digits')
  }
  const given = body.get('weight')
  const weight = given === null || given === undefined ? DEFAULT_WEIGHT[name] : weightOf(given)
  return template(name, network, [scalar('String', digits), scalar('UFix64', fixedText(weight * 10n ** 8n))])
}

function weightOf(value: LosslessValue): bigint {
  const text = value instanceof JsonNumber ? value.text : ''
  const weight = /^\d{1,4}$/.test(text) ? BigInt(text) : MAX_WEIGHT + 1n
  if (weight <= MAX_WEIGHT) return weight
  throw malformed(`"weight" of the transaction is not a whole number up to ${MAX_WEIGHT}`)
}

function custom(body: LosslessObject): Content {
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

const template = (name: TemplateName, network: Network, values: readonly CadenceValue[]): Content => ({
  script: scriptOf(name, network),
  arguments: values.map(argumentText),
})

function fixedText(units: bigint): string {
  const [whole = '0', fraction = ''] = formatUnits(units, FIXED_DECIMALS).split('.')
  return `${whole}.${fraction.padEnd(FIXED_DECIMALS, '0')}`
}

/** Nothing that was asked for may be passed over in silence. */
function requireOnly(object: LosslessObject, names: readonly string[]): void {
  const unknown = [...object.keys()].find((name) => !names.includes(name) && valueOf(object, name) !== undefined)
  if (unknown === undefined) return
  throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction has a member that this version does not know', {
    context: { member: unknown.replace(/[^\w.-]/g, '').slice(0, 40) },
  })
}

/** `null` and `""` mean that a member was not given. */
function valueOf(object: LosslessObject, name: string): LosslessValue | undefined {
  const value = object.get(name)
  return value === null || value === '' ? undefined : value
}

const malformed = (message: string): KeywardError => new KeywardError('TRANSACTION_MALFORMED', message)
