import { z } from 'zod'
import { signatureIdSchema } from '../../../core/ids.js'
import type { SignatureId } from '../../../core/ids.js'

const common = {
  id: signatureIdSchema,
  /** SHA-256 of the value, which holds 128 random bits: it gives nothing away, and tells which value an alias must reveal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the row got its state, ISO 8601. */
  at: z.string().max(40),
}
/** Printable, and none of the characters that would end it in an address or a list of aliases. */
export const aliasSchema = z.string().regex(/^[A-Za-z0-9_.~-]{4,256}$/)
const labels = z.record(z.string(), z.string())

/** `reserved`: VGS may be asked to store it just now. `stored`: VGS gave this alias. `removing`: the alias may be gone already. */
const rowSchema = z.discriminatedUnion('state', [
  z.strictObject({ ...common, state: z.literal('reserved'), labels }),
  z.strictObject({ ...common, state: z.literal('stored'), alias: aliasSchema, labels }),
  z.strictObject({ ...common, state: z.literal('removing'), alias: aliasSchema, labels }),
])
export type CatalogueRow = z.output<typeof rowSchema>
export type StoredRow = Extract<CatalogueRow, { state: 'stored' }>

/**
 * A value that VGS may keep although no wallet counts on it: the answer to a POST was lost, or its alias could not be taken away. Without an alias nobody can
 * reveal or remove it, so it is remembered here until the end of days.
 */
const orphanSchema = z.strictObject({
  ...common,
  state: z.literal('orphan'),
  alias: aliasSchema.optional(),
  /** How many of them there are at most. */
  copies: z.number().int().positive(),
})
export type Orphan = z.output<typeof orphanSchema>

export const lineSchema = z.discriminatedUnion('state', [...rowSchema.options, orphanSchema])

export interface CatalogueContent {
  /** Grows by one with each version of the file. */
  readonly epoch: number
  readonly rows: ReadonlyMap<SignatureId, CatalogueRow>
  readonly orphans: readonly Orphan[]
}

export const NO_CONTENT: CatalogueContent = { epoch: 0, rows: new Map(), orphans: [] }

/** @param changed the row that an id has from now on; `undefined` takes it away. */
export function changedContent(
  content: CatalogueContent,
  changed: Iterable<readonly [SignatureId, CatalogueRow | undefined]>,
  orphans: readonly Orphan[] = content.orphans,
): CatalogueContent {
  const rows = new Map(content.rows)
  for (const [id, row] of changed) {
    if (row === undefined) rows.delete(id)
    else rows.set(id, row)
  }
  return { epoch: content.epoch + 1, rows, orphans }
}
