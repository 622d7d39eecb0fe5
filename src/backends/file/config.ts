import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'

/** An encrypted file on this machine. Light: read before any backend is loaded. The loader of the configuration fills in what is left out. */
export const fileConfigSchema = z.strictObject({
  type: z.literal('file'),
  path: z
    .string()
    .min(1, 'is empty')
    .max(4096)
    .refine((text) => !text.includes('\0'), { error: 'is not a path' })
    .optional()
    .describe('The wallet file.'),
  password: secretReferenceSchema.optional().describe('Reference to the password of the wallet file.'),
})
export type FileConfig = z.output<typeof fileConfigSchema>
