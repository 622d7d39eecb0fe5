import fc from 'fast-check'
import { HOSTILE_NAMES, HOSTILE_PIECES, HOSTILE_VALUES } from './hostile-values.js'
import { jsonSpans } from './json-spans.js'
import type { Span } from './json-spans.js'

/** A change of a text, as data: it can be printed, shrunk and made again. `at` and `pick` are taken modulo what there is to choose from. */
export interface Mutation {
  readonly kind: keyof typeof CHANGES
  readonly at: number
  readonly pick: number
  readonly size: number
}

/** @param others texts to take pieces from. */
type Change = (text: string, mutation: Mutation, others: readonly string[]) => string

/** Longest text that the API's schema lets through. */
const MAX_LENGTH = 2_000_000

const CHANGES = {
  // Of JSON.
  remove: onSpan('parts', (text, { start, end }) => {
    const after = /^\s*,/.exec(text.slice(end, end + 8))?.[0].length ?? 0
    return text.slice(0, start) + text.slice(end + after)
  }),
  duplicate: onSpan('parts', (text, { start, end }, { size }) =>
    insert(text, end, `,${text.slice(start, end)}`.repeat(repeats(size, end - start))),
  ),
  rename: onSpan('parts', (text, span, { pick }) =>
    replace(text, span, text.slice(span.start, span.end).replace(/^"[^"]*"/, `"${chosen(HOSTILE_NAMES, pick)}"`)),
  ),
  retype: onSpan('values', (text, span, { pick }) => replace(text, span, chosen(HOSTILE_VALUES, pick))),
  wrap: onSpan('values', (text, span, { pick }) => {
    const value = text.slice(span.start, span.end)
    return replace(text, span, chosen([`[${value}]`, `{"a":${value}}`, JSON.stringify(value), unquoted(value)], pick))
  }),
  graft: onSpan('values', (text, span, { pick, size }, others) => {
    const other = chosen(others, pick)
    const { values } = jsonSpans(other)
    const from = values.length === 0 ? { start: 0, end: other.length } : chosen(values, size)
    return replace(text, span, other.slice(from.start, from.end))
  }),
  addMember: (text, { at, pick, size }) => {
    const { insides } = jsonSpans(text)
    if (insides.length === 0) return text
    const member = `"${chosen(HOSTILE_NAMES, pick)}":${chosen(HOSTILE_VALUES, size)},`
    return insert(text, chosen(insides, at), member)
  },
  /** Bytes within hexadecimal or base64, which stay what they are. */
  bytes: onSpan('strings', (text, span, mutation) =>
    replace(text, span, changeEncoded(text.slice(span.start, span.end), mutation)),
  ),

  // Of any text.
  flip: (text, { at, pick }) => {
    const place = modulo(at, text.length)
    const code = text.charCodeAt(place) ^ (1 << modulo(pick, 7))
    return text === '' ? text : replace(text, { start: place, end: place + 1 }, String.fromCharCode(code))
  },
  delete: (text, { at, size }) => replace(text, rangeOf(text, at, size), ''),
  truncate: (text, { at }) => text.slice(0, modulo(at, text.length)),
  repeat: (text, { at, size, pick }) => {
    const range = rangeOf(text, at, size)
    const piece = text.slice(range.start, range.end)
    return insert(text, range.end, piece.repeat(repeats(pick, piece.length)))
  },
  insert: (text, { at, pick, size }) =>
    insert(text, modulo(at, text.length + 1), chosen(HOSTILE_PIECES, pick).repeat(repeats(size, 4))),
  splice: (text, { at, pick, size }, others) => {
    const other = chosen(others, pick)
    return text.slice(0, modulo(at, text.length)) + other.slice(modulo(size, other.length))
  },
  swap: (_text, { pick }, others) => chosen(others, pick),
  case: (text, { pick }) => (pick % 2 === 0 ? text.toUpperCase() : text.toLowerCase()),
  garbage: (_text, { pick, size }) => Buffer.from(noise(pick, size % 300)).toString(pick % 2 === 0 ? 'latin1' : 'utf8'),
} as const satisfies Record<string, Change>

const place = fc.nat({ max: 0xffffffff })
const kinds = Object.keys(CHANGES) as (keyof typeof CHANGES)[]
export const mutationArbitrary: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...kinds) },
    { weight: 1, arbitrary: fc.constantFrom<Mutation['kind']>('bytes', 'retype') },
  ),
  at: place,
  pick: place,
  // Mostly small; a few are as large as can be.
  size: fc.oneof({ weight: 12, arbitrary: fc.nat({ max: 40 }) }, { weight: 1, arbitrary: place }),
})

/** The text with all changes, one after the other, cut at what the API's schema lets through. */
export const mutate = (text: string, mutations: readonly Mutation[], others: readonly string[]): string =>
  mutations.reduce((now, mutation) => CHANGES[mutation.kind](now, mutation, others).slice(0, MAX_LENGTH), text)

function onSpan(
  kind: 'parts' | 'values' | 'strings',
  change: (text: string, span: Span, mutation: Mutation, others: readonly string[]) => string,
): Change {
  return (text, mutation, others) => {
    const spans = jsonSpans(text)[kind]
    // A text that is not JSON is one value as a whole.
    const span = spans.length === 0 ? { start: 0, end: text.length } : chosen(spans, mutation.at)
    return change(text, span, mutation, others)
  }
}

const ENCODINGS = [
  { encoding: 'hex', pattern: /^(?:[0-9a-f]{2})+$/i },
  { encoding: 'base64', pattern: /^[A-Za-z0-9+/]+={0,2}$/ },
] as const

function changeEncoded(text: string, mutation: Mutation): string {
  const prefix = text.startsWith('0x') ? '0x' : ''
  const digits = text.slice(prefix.length)
  const found = ENCODINGS.find(({ pattern }) => pattern.test(digits))
  if (found === undefined) return changeDigits(text, mutation)
  return prefix + changeBytes(Buffer.from(digits, found.encoding), mutation).toString(found.encoding)
}

function changeBytes(bytes: Buffer, { at, pick, size }: Mutation): Buffer {
  const offset = modulo(at >>> 3, bytes.length)
  const [before, after] = [bytes.subarray(0, offset), bytes.subarray(offset)]
  const value = chosen([0, 1, 0x7f, 0x80, 0xfd, 0xfe, 0xff, pick & 0xff], size)
  switch (pick % 6) {
    case 0:
      return Buffer.concat([before, Buffer.of(value), after.subarray(1)])
    case 1:
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << modulo(size, 8))), after.subarray(1)])
    case 2:
      return Buffer.concat([before, after.subarray(1 + (size % 9))])
    case 3:
      return Buffer.concat([before, Buffer.alloc(Math.min(size, MAX_LENGTH / 8), value), after])
    case 4:
      return Buffer.concat([before, Buffer.from(noise(pick, 1 + (size % 12))), after.subarray(1 + (size % 12))])
    default:
      return Buffer.from(before)
  }
}

/** Amounts and other texts: a digit more, less or other. */
function changeDigits(text: string, { at, pick }: Mutation): string {
  const range = rangeOf(text, at, 1)
  return replace(text, range, chosen(['', '0', '9', '.', '-', 'e9', '00000000000000000000'], pick))
}

/** How often a piece is repeated: mostly a few times, seldom as often as fits into the longest text. */
function repeats(size: number, length: number): number {
  const exponent = (modulo(size, 22) * modulo(size >>> 8, 22)) / 21
  return Math.max(1, Math.min(Math.floor(2 ** exponent), Math.floor(MAX_LENGTH / Math.max(length, 1))))
}

const unquoted = (value: string): string => (value.startsWith('"') ? value.slice(1, -1) : `"${value}"`)
const modulo = (value: number, count: number): number => (count < 1 ? 0 : value % Math.floor(count))
const insert = (text: string, at: number, piece: string): string => text.slice(0, at) + piece + text.slice(at)
const replace = (text: string, { start, end }: Span, by: string): string => text.slice(0, start) + by + text.slice(end)

function rangeOf(text: string, at: number, size: number): Span {
  const start = modulo(at, text.length)
  return { start, end: Math.min(text.length, start + 1 + modulo(size, text.length)) }
}

function chosen<T>(list: readonly T[], pick: number): T {
  const value = list[modulo(pick, list.length)]
  if (value === undefined) throw new Error('there is nothing to choose from')
  return value
}

/** Bytes that look random and are always the same (mulberry32). */
function noise(seed: number, length: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    return (mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))) & 0xff
  })
}
