import { JsonNumber, LosslessObject } from '../common/lossless-json.js'
import type { LosslessValue } from '../common/lossless-json.js'
import { parseAddress } from './address.js'
import { Message } from './message.js'
import type { Value } from './message.js'
import { RAW_DATA } from './messages.js'
import type { FieldSpec, MessageSpec } from './messages.js'
import type { TronTransaction } from './transaction.js'

/*
 * Approvers and log readers see the JSON, the network sees the bytes. Both have to say the same, so the JSON is compared with what the bytes mean. Nodes write
 * addresses and texts in hexadecimal, or readable when `visible` is set; both are taken, since both name the same bytes.
 */

/** Does `raw_data` say what the bytes say, no more and no less? A default value may be written out or left out. */
export function jsonAgrees(json: LosslessValue | undefined, transaction: TronTransaction): boolean {
  if (!(json instanceof LosslessObject)) return false
  const { contract: contracts, ...members } = Object.fromEntries(json)
  const plain = new LosslessObject(Object.entries(members))
  const spec = Object.fromEntries(Object.entries(RAW_DATA).filter(([, { name }]) => name !== 'contract'))
  const rawData = new Message([...transaction.rawData].filter(([name]) => name !== 'contract'))
  return messageAgrees(spec, rawData, plain) && contractAgrees(contracts, transaction)
}

function contractAgrees(contracts: LosslessValue | undefined, { type, spec, contract }: TronTransaction): boolean {
  if (!isArray(contracts) || contracts.length !== 1) return false
  const [outer] = contracts
  if (!(outer instanceof LosslessObject) || !hasOnly(outer, ['parameter', 'type', 'Permission_id'])) return false
  const parameter = outer.get('parameter')
  if (!(parameter instanceof LosslessObject) || !hasOnly(parameter, ['value', 'type_url'])) return false
  return (
    outer.get('type') === type &&
    numberAgrees(outer.get('Permission_id'), 0n) &&
    parameter.get('type_url') === `type.googleapis.com/protocol.${type}` &&
    messageAgrees(spec, contract, parameter.get('value'))
  )
}

const hasOnly = (object: LosslessObject, names: readonly string[]): boolean =>
  [...object.keys()].every((name) => names.includes(name))

function messageAgrees(spec: MessageSpec, message: Message, json: LosslessValue | undefined): boolean {
  if (!(json instanceof LosslessObject)) return json === undefined && message.size === 0
  const fields = Object.values(spec)
  const names = fields.map(({ name }) => name)
  return hasOnly(json, names) && fields.every((field) => agrees(field, message.get(field.name), json.get(field.name)))
}

function agrees({ kind, repeated }: FieldSpec, value: Value | undefined, json: LosslessValue | undefined): boolean {
  if (kind === 'opaque') return true
  if (typeof kind === 'object' && 'message' in kind) {
    if (repeated !== true) return messageAgrees(kind.message, value instanceof Message ? value : new Message(), json)
    const items = Array.isArray(value) ? value.filter((item) => item instanceof Message) : []
    const texts = json === undefined ? [] : json
    return (
      isArray(texts) &&
      texts.length === items.length &&
      items.every((item, at) => messageAgrees(kind.message, item, texts[at]))
    )
  }
  if (typeof kind === 'object') return (json ?? kind.values[0]) === (value ?? kind.values[0])
  switch (kind) {
    case 'number':
    case 'sun':
      return numberAgrees(json, typeof value === 'bigint' ? value : 0n)
    case 'flag':
      return (json ?? false) === (value ?? false)
    case 'address':
      return (typeof json === 'string' && json !== '' ? parseAddress(json) : json) === value
    case 'string':
      return (json ?? '') === (value ?? '')
    case 'bytes':
    case 'text':
      return bytesAgree(json ?? '', typeof value === 'string' ? value : '')
  }
}

function numberAgrees(json: LosslessValue | undefined, value: bigint): boolean {
  const text = json instanceof JsonNumber ? json.text : (json ?? '0')
  return text === value.toString()
}

const bytesAgree = (json: LosslessValue, hexadecimal: string): boolean =>
  typeof json === 'string' &&
  (json.toLowerCase() === hexadecimal || Buffer.from(json, 'utf8').toString('hex') === hexadecimal)

function isArray(value: LosslessValue | undefined): value is readonly LosslessValue[] {
  return Array.isArray(value)
}
