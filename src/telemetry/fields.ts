import { Secret } from '../core/secret.js'

export interface FieldValue {
  readonly name: string
  readonly value: string | number | boolean
}

/** Longer texts are cut: a log line is not the place for a document. */
const MAX_CHARACTERS = 4096
const MASK = '[secret]'

/** Characters that hide or reorder text on a screen, or that some tools take for the end of a line, although JSON passes them through. */
const HIDDEN = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu
const CONTROLS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

const escaped = (character: string): string => {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** Every control character written out, so that the text stays on one line and moves no cursor. */
export const oneLine = (text: string): string => text.replace(CONTROLS, escaped)

/**
 * The redaction guard. Types already say that fields are public scalars; this holds when a type was got round: a Secret shows its mask, and
 * whatever is no scalar (an error, a buffer, a wallet) shows only that something was there. Never calls a value's own methods.
 */
export function publicFields(fields: Readonly<Record<string, unknown>>): FieldValue[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const shown = publicValue(value)
    return shown === undefined ? [] : [{ name: oneLine(name), value: shown }]
  })
}

function publicValue(value: unknown): FieldValue['value'] | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return shortened(value).replace(HIDDEN, escaped)
  return value instanceof Secret ? MASK : `[${Array.isArray(value) ? 'array' : typeof value}]`
}

const shortened = (text: string): string =>
  text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`
