import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'

/** An encrypted file on this machine. Light: read before any backend is loaded. */
export const fileConfigSchema = z.strictObject({
  type: z.literal('file'),
  path: z
    .string()
    .min(1, 'is empty')
    .max(4096)
    .refine((text) => !text.includes('\0'), { error: 'is not a path' })
    .optional()
    .describe('Where the wallet store is. Default: ~/.tatumrc/wallet.dat, the place that Tatum KMS uses.'),
  password: secretReferenceSchema
    .optional()
    .describe('Where the password of the wallet store comes from. Default: it is asked for on the terminal.'),
})
export type FileConfig = z.output<typeof fileConfigSchema>

export const defaultStorePath = (): string => join(homedir(), '.tatumrc', 'wallet.dat')

export const DEFAULT_PASSWORD = secretReferenceSchema.parse('prompt:')
