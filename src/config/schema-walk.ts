import { z } from 'zod'
import { secretReferenceSchema } from '../core/secret-reference.js'

/** Marks the schema of secret references, and with it every schema that is derived from it by `.describe()` and the like. */
const secrets = z.registry<{ readonly secret: true }>()
secrets.add(secretReferenceSchema, { secret: true })

/** Inside `.optional()`, `.default()`, `.prefault()` and the like. */
export function unwrapped(schema: unknown): unknown {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap()
  }
  return inner
}

export function isSecretReference(schema: unknown): boolean {
  const inner = unwrapped(schema)
  return inner instanceof z.ZodType && secrets.get(inner)?.secret === true
}

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Members of a mapping's schema; of a union, those of the member that the value's discriminator chooses. */
export function membersOf(schema: unknown, value: unknown): Readonly<Record<string, unknown>> | undefined {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodObject) return inner.shape
  if (!(inner instanceof z.ZodDiscriminatedUnion) || !isMapping(value)) return undefined
  const { discriminator } = inner.def
  for (const option of inner.options) {
    const members = membersOf(option, value)
    const chosen = members?.[discriminator]
    if (chosen instanceof z.ZodType && chosen.safeParse(value[discriminator]).success) return members
  }
  return undefined
}

export interface Leaf {
  /** Dotted, e.g. `daemon.periodSeconds`. */
  readonly path: string
  readonly schema: unknown
  readonly value: unknown
}

/** Every value of the data that a leaf of the schema describes. Unknown keys and sections of a wrong type are passed over. */
export function leavesOf(schema: unknown, data: unknown, path: readonly string[] = []): Leaf[] {
  const members = membersOf(schema, data)
  if (members === undefined || !isMapping(data)) return []
  return Object.entries(data).flatMap(([key, value]) => {
    if (!Object.hasOwn(members, key) || value === undefined) return []
    const member = members[key]
    const inner = unwrapped(member)
    const at = [...path, key]
    return inner instanceof z.ZodObject || inner instanceof z.ZodDiscriminatedUnion
      ? leavesOf(inner, value, at)
      : [{ path: at.join('.'), schema: member, value }]
  })
}

/** Keys that are known where a path leads, given the data that chooses between the members of a union. */
export function knownKeys(schema: unknown, data: unknown, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema
  let value = data
  for (const key of path) {
    at = membersOf(at, value)?.[String(key)]
    value = isMapping(value) ? value[String(key)] : undefined
  }
  return Object.keys(membersOf(at, value) ?? {})
}

/** The value at a path of plain data; `undefined` where there is none. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)] as unknown
    else value = isMapping(value) && Object.hasOwn(value, String(key)) ? value[String(key)] : undefined
  }
  return value
}

/** Does this key of a mapping's schema hold further settings? */
export function isSection(schema: unknown, key: string): boolean {
  const members = membersOf(schema, {}) ?? {}
  const inner = Object.hasOwn(members, key) ? unwrapped(members[key]) : undefined
  return inner instanceof z.ZodObject || inner instanceof z.ZodDiscriminatedUnion
}
