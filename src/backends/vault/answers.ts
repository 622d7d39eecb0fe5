import { z } from 'zod'
import { malformed } from './errors.js'

/*
 * The parts of the servers' answers that are used. Members beside them are passed over: both products add some with every version.
 */

/** `deletion_time` is empty, or when the version was or will be deleted. */
const versionFacts = { deletion_time: z.string(), destroyed: z.boolean() }

const customMetadata = z.record(z.string(), z.string()).nullish()

/** Of a version without its value, as a read of a deleted one gives it too. */
export const valueSchema = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.object({ ...versionFacts, version: z.int() }),
  }),
})

/** Answer to a write of KV version 2; version 1 gives none. */
export const writtenSchema = z.object({ data: z.object({ version: z.int() }) })

const entrySchema = z.object({
  current_version: z.int(),
  custom_metadata: customMetadata,
  versions: z.record(z.string(), z.object(versionFacts)).nullish(),
})
export type EntryFacts = z.output<typeof entrySchema>

export const metadataSchema = z.object({ data: entrySchema })

export const keysSchema = z.object({ data: z.object({ keys: z.array(z.string()) }) })

export const detailsSchema = z.object({
  data: z.object({ keys: z.array(z.string()), key_info: z.record(z.string(), z.unknown()).nullish() }),
})
export const entryFacts = (info: unknown): EntryFacts | undefined => entrySchema.safeParse(info).data

export const mountSchema = z.object({
  data: z.object({
    type: z.string(),
    path: z.string(),
    options: z.object({ version: z.string().optional() }).nullish(),
    running_plugin_version: z.string().optional(),
  }),
})

export const capabilitiesSchema = z.object({ data: z.record(z.string(), z.unknown()) })
export const capabilityList = z.array(z.string())

export const loginSchema = z.object({
  auth: z.object({
    client_token: z.string().min(1),
    lease_duration: z.int().min(0),
    renewable: z.boolean(),
    num_uses: z.int().optional(),
  }),
})

export const renewalSchema = z.object({
  auth: z.object({ lease_duration: z.int().min(0), renewable: z.boolean() }),
})

export const lookupSchema = z.object({
  data: z.object({
    ttl: z.int().min(0),
    /** `null` for a token without end, whose `ttl` is 0 too. */
    expire_time: z.string().nullish(),
    renewable: z.boolean().optional(),
    num_uses: z.int().optional(),
  }),
})

export const wrappingSchema = z.object({ data: z.object({ creation_path: z.string() }) })
export const unwrappedSchema = z.object({ data: z.object({ secret_id: z.string().min(1) }) })

export const healthSchema = z.object({ sealed: z.boolean().optional() })

/** @throws an outage for `failureOf` when the answer is none of Vault's. Nothing of it is kept. */
export function readAs<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw malformed()
}

/** Was the version deleted, or its value destroyed? A deletion may be set for later. */
export function stateOf(
  version: { readonly deletion_time: string; readonly destroyed: boolean } | undefined,
  nowMs: number,
): 'present' | 'deleted' | 'destroyed' {
  if (version === undefined) return 'present'
  if (version.destroyed) return 'destroyed'
  if (version.deletion_time === '') return 'present'
  const at = Date.parse(version.deletion_time)
  return Number.isNaN(at) || at <= nowMs ? 'deleted' : 'present'
}
