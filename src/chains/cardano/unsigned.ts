import { cborArray, cborMap, cborText, CBOR_NULL, CBOR_TRUE } from './cbor-writer.js'
import { readCbor } from './cbor-reader.js'
import type { CborValue } from './cbor-reader.js'

/*
 * What surrounds the body in what the API hands over to be signed, and takes back. Rosetta services wrap it: [transaction as hexadecimal text, what they want to remember].
 * The API takes its own form back, so the signed transaction goes into the same wrapping, and what was to be remembered goes along as it came. None of this is signed.
 */

/** How many parts the transaction around the body has: since 2021 four (body, witnesses, is it valid, auxiliary data), before that three, without the third. */
export const PARTS = [3, 4] as const
export type Parts = (typeof PARTS)[number]

export interface Form {
  readonly parts: Parts
  /** CBOR of the second part of the wrapping, as it came; absent where there is no wrapping. */
  readonly remembered?: Buffer
}

export interface Unsigned {
  /** The bytes of the body, as they came. */
  readonly body: Buffer
  readonly form: Form
}

const WITNESS_KEYS = 0
const EMPTY_MAP = cborMap([])

/** @param hex `unsigned_transaction` of the API. @returns `undefined` for anything but a transaction without signatures, scripts and auxiliary data. */
export function readUnsigned(hex: string): Unsigned | undefined {
  const value = readHex(hex)
  if (value?.type !== 'array') return transactionOf(value, 3)
  const [wrapped, remembered, ...rest] = value.items
  if (wrapped?.type !== 'text' || remembered === undefined || rest.length > 0) return transactionOf(value, 3)
  const inner = transactionOf(readHex(wrapped.value), 4)
  return inner && { ...inner, form: { ...inner.form, remembered: remembered.bytes } }
}

function readHex(text: string): CborValue | undefined {
  return /^(?:[0-9a-f]{2})+$/.test(text) ? readCbor(Buffer.from(text, 'hex')) : undefined
}

/** @param bare parts of the signed transaction where the body came alone: services that wrap use today's form, those that do not the first one. */
function transactionOf(value: CborValue | undefined, bare: Parts): Unsigned | undefined {
  if (value?.type === 'map') return { body: value.bytes, form: { parts: bare } }
  if (value?.type !== 'array') return undefined
  const [body, ...surroundings] = value.items
  const parts = PARTS.find((count) => count === value.items.length)
  if (body?.type !== 'map' || parts === undefined) return undefined
  const empty = surroundingsOf(parts, EMPTY_MAP)
  return Buffer.concat(surroundings.map(({ bytes }) => bytes)).equals(Buffer.concat(empty))
    ? { body: body.bytes, form: { parts } }
    : undefined
}

const surroundingsOf = (parts: Parts, witnesses: Buffer): Buffer[] => [
  witnesses,
  ...(parts === 4 ? [CBOR_TRUE] : []),
  CBOR_NULL,
]

/** The signed transaction as the API takes it back. @param witnesses CBOR of [public key, signature], one for each key. */
export function writeSigned({ body, form }: Unsigned, witnesses: readonly Buffer[]): Buffer {
  const witnessSet = cborMap([[WITNESS_KEYS, cborArray(witnesses)]])
  const transaction = cborArray([body, ...surroundingsOf(form.parts, witnessSet)])
  return form.remembered === undefined
    ? transaction
    : cborArray([cborText(transaction.toString('hex')), form.remembered])
}
