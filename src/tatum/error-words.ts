import { z } from 'zod'
import { remoteText } from '../core/errors.js'
import type { ApiKey } from './api-key.js'

/** What an error answer says, safe to log. */
export interface ErrorWords {
  readonly errorCode?: string
  /** Message and the node's words below it; empty when the answer has none. */
  readonly text: string
}

const LEVELS = 4
const PARTS = 4

/** Far more than any answer has; what reads an answer goes down by calling itself. */
const MAX_DEPTH = 200

/**
 * `undefined` for a text that is no JSON, or nested too deeply. A JSON number above 2^53 loses digits here; what the pipeline reads as numbers (nonces, gas prices in wei, satoshi) stays far
 * below, and larger amounts arrive as text.
 */
export function parseJson(body: Buffer): { readonly value: unknown } | undefined {
  if (isTooDeep(body)) return undefined
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    return undefined
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}', 'ascii')

function isTooDeep(body: Buffer): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) inText = !inText
    else if (inText) at += byte === BACKSLASH ? 1 : 0
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

const errorSchema = z.object({
  errorCode: z
    .string()
    .regex(/^[\w.-]{1,80}$/)
    .optional()
    .catch(undefined),
})

/** @param body the parsed answer. `undefined` when it is not an object, so no answer of the API itself. */
export function readErrorWords(body: unknown, key: ApiKey): ErrorWords | undefined {
  const parsed = errorSchema.safeParse(body)
  if (!parsed.success) return undefined
  const errorCode = parsed.data.errorCode === undefined ? undefined : key.redact(parsed.data.errorCode)
  const words = [...new Set(collectWords(body, LEVELS))].slice(0, PARTS)
  const text = words.map((part) => remoteText(key.redact(part))).join('; ')
  return errorCode === undefined ? { text } : { errorCode, text }
}

/** Refusals nest: the API wraps the node's answer in `cause` or `data`, JSON-RPC in `error`. */
const WORDS = ['message', 'reason', 'error', 'cause', 'data', 'details'] as const
const wordsSchema = z.record(z.string(), z.unknown())

function collectWords(value: unknown, levels: number): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value]
  if (levels === 0) return []
  if (Array.isArray(value)) return value.slice(0, PARTS).flatMap((item) => collectWords(item, levels - 1))
  const object = wordsSchema.safeParse(value)
  if (!object.success) return []
  // A validation problem repeats the whole request in `target` and `value`: only the property and what is wrong with it are taken.
  const violated = wordsSchema.safeParse(object.data['constraints'])
  const violations = violated.success ? Object.values(violated.data).filter((text) => typeof text === 'string') : []
  return [...violations, ...WORDS.flatMap((name) => collectWords(object.data[name], levels - 1))]
}
