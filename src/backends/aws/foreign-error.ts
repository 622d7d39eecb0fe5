import { z } from 'zod'

/**
 * What is read off an error of the SDK. Everything else on it is dropped: requests, responses and deserialised bodies hang on these errors, and a body may be a
 * wallet. `message` is for telling errors apart only; it is never shown, as AWS quotes parameters in it.
 */
export interface ForeignError {
  /** AWS's name of the error without `Exception`, e.g. `AccessDenied`; or the class of the error. */
  readonly name: string
  /** Node's code of a network error, e.g. `ECONNREFUSED`. */
  readonly code: string | undefined
  readonly message: string
  readonly status: number | undefined
  readonly requestId: string | undefined
  /** The SDK has learned from the answer how far this machine's clock is off, and signs the next request with the right time. */
  readonly clockCorrected: boolean
  readonly retryAfterMs: number | undefined
}

const optional = <T extends z.ZodType>(schema: T): z.ZodCatch<z.ZodOptional<T>> => schema.optional().catch(undefined)

const errorSchema = z.object({
  name: optional(z.string()),
  code: optional(z.string()),
  message: optional(z.string()),
  cause: optional(z.object({ code: optional(z.string()) })),
  $metadata: optional(
    z.object({
      httpStatusCode: optional(z.number()),
      requestId: optional(z.string().regex(/^[\w-]{1,64}$/)),
      clockSkewCorrected: optional(z.boolean()),
    }),
  ),
  $response: optional(z.object({ headers: optional(z.record(z.string(), z.string())) })),
})

const LONGEST_RETRY_AFTER_S = 300

export function readForeignError(thrown: unknown): ForeignError {
  const { data } = errorSchema.safeParse(thrown)
  const retryAfter = data?.$response?.headers?.['retry-after']
  const seconds = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined
  return {
    name: (data?.name ?? 'UnknownError').replace(/(?<=.)Exception$/, ''),
    code: data?.code ?? data?.cause?.code,
    message: data?.message ?? '',
    status: data?.$metadata?.httpStatusCode,
    requestId: data?.$metadata?.requestId,
    clockCorrected: data?.$metadata?.clockSkewCorrected ?? false,
    retryAfterMs: seconds === undefined ? undefined : Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000,
  }
}
