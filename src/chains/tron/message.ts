import { KeywardError } from '../../core/errors.js'
import { addressFrom } from './address.js'
import type { FieldSpec, MessageSpec } from './messages.js'
import { malformed, readFields } from './protobuf.js'
import type { WireField } from './protobuf.js'

/** Address in Base58Check, number, flag, text, bytes in lower-case hexadecimal, the name of an enumeration's value, or a message. */
export type Value = string | bigint | boolean | Message | readonly Message[]

/** Present fields by name; a field with its default value is not present. */
export class Message extends Map<string, Value> {
  text(name: string): string | undefined {
    const value = this.get(name)
    return typeof value === 'string' ? value : undefined
  }

  /** Zero when absent. */
  number(name: string): bigint {
    const value = this.get(name)
    return typeof value === 'bigint' ? value : 0n
  }

  messages(name: string): readonly Message[] {
    const value = this.get(name)
    if (value instanceof Message) return [value]
    return Array.isArray(value) ? value.filter((item) => item instanceof Message) : []
  }
}

const MAX_INT64 = 2n ** 63n - 1n
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED for a field that the table does not have. */
export function readMessage(spec: MessageSpec, bytes: Buffer): Message {
  const message = new Message()
  for (const wire of readFields(bytes)) {
    const field = spec[wire.number]
    if (field === undefined) {
      throw new KeywardError(
        'TRANSACTION_UNSUPPORTED',
        `the transaction has a field (${wire.number}) that is not known`,
      )
    }
    if (field.repeated === true) message.set(field.name, [...message.messages(field.name), readSub(field, wire)])
    else if (message.has(field.name)) throw malformed(`"${field.name}" comes twice`)
    else message.set(field.name, readValue(field, wire))
  }
  const missing = Object.values(spec).find(({ name, required }) => required === true && !message.has(name))
  if (missing !== undefined) throw malformed(`"${missing.name}" is missing`)
  return message
}

function readValue(field: FieldSpec, wire: WireField): Value {
  const { kind, name } = field
  if (typeof kind === 'object') return 'message' in kind ? readSub(field, wire) : readName(kind.values, name, wire)
  switch (kind) {
    case 'number':
    case 'sun':
      return readNumber(name, wire)
    case 'flag':
      return readNumber(name, wire) === 1n || raise(name)
    case 'address':
      return addressFrom(bytesOf(name, wire)) ?? raise(name)
    case 'string':
      return readText(name, bytesOf(name, wire))
    case 'bytes':
    case 'text':
      return bytesOf(name, wire).toString('hex')
    case 'opaque':
      return bytesOf(name, wire, true).toString('hex')
  }
}

function readSub({ kind, name }: FieldSpec, { value }: WireField): Message {
  if (typeof kind !== 'object' || !('message' in kind) || typeof value === 'bigint') throw notSound(name)
  return readMessage(kind.message, value)
}

const readName = (values: readonly string[], name: string, wire: WireField): string =>
  values[Number(readNumber(name, wire))] ?? raise(name)

/** Nothing here counts below zero, and an encoder leaves zero out. */
function readNumber(name: string, { value }: WireField): bigint {
  if (typeof value !== 'bigint' || value === 0n || value > MAX_INT64) throw notSound(name)
  return value
}

function bytesOf(name: string, { value }: WireField, mayBeEmpty = false): Buffer {
  if (typeof value === 'bigint' || (value.length === 0 && !mayBeEmpty)) throw notSound(name)
  return value
}

function readText(name: string, bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw notSound(name)
  }
}

const notSound = (name: string): KeywardError => malformed(`"${name}" has a value that it cannot have`)

function raise(name: string): never {
  throw notSound(name)
}
