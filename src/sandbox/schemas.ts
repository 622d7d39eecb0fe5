import { z } from 'zod'
import { MAX_INDEX } from '../core/pending-transaction.js'

/** A derivation index in a body. */
export const indexSchema = z.number().int().min(0).max(MAX_INDEX)

/** A whole number in a path or query. */
export const numberText = (max: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(max))

export const indexText = numberText(MAX_INDEX)

/** An id of the API's database: 24 hexadecimal digits. */
export const objectIdSchema = z.string().regex(/^[0-9a-fA-F]{24}$/, 'must be 24 hexadecimal digits')
