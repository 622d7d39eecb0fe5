import { formatUnits, parseUnits } from '../../core/amount.js'
import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { JsonNumber, LosslessObject, parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'
import { firstSigner } from '../common/single-signer.js'
import { addressField } from './address.js'
import { argumentText, FIXED_DECIMALS, scalar } from './cadence.js'
import type { CadenceValue } from './cadence.js'
import { customContent } from './custom.js'
import { isPublicKeyText } from './keys.js'
import { BESIDE, malformed, requireOnly, valueOf } from './members.js'
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
      return customContent(body)
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

const template = (name: TemplateName, network: Network, values: readonly CadenceValue[]): Content => ({
  script: scriptOf(name, network),
  arguments: values.map(argumentText),
})

function fixedText(units: bigint): string {
  const [whole = '0', fraction = ''] = formatUnits(units, FIXED_DECIMALS).split('.')
  return `${whole}.${fraction.padEnd(FIXED_DECIMALS, '0')}`
}
