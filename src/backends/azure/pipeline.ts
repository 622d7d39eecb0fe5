import { AsyncLocalStorage } from 'node:async_hooks'
import type { SecretClientOptions } from '@azure/keyvault-secrets'
import { z } from 'zod'

/** The form in which the libraries of Azure take a step of their request pipelines. */
export type PipelineStep = NonNullable<SecretClientOptions['additionalPolicies']>[number]
type Policy = PipelineStep['policy']
type Request = Parameters<Policy['sendRequest']>[0]
type Response = Awaited<ReturnType<Policy['sendRequest']>>

/** What is kept of an answer: codes, numbers and the link to the next page. Never a body, a message or a token. */
export interface Exchange {
  readonly signal?: AbortSignal
  status?: number
  /** e.g. `ECONNREFUSED`: the connection failed before an answer, or in the middle of one. */
  networkCode?: string
  /** `error.code`, e.g. `Forbidden`. */
  code?: string
  /** `error.innererror.code`, e.g. `ForbiddenByRbac`. */
  innerCode?: string
  /** An `AKV…` or `AADSTS…` number from the text of an error. */
  textCode?: string
  purgeProtected?: boolean
  retryAfterMs?: number
  requestId?: string
  nextLink?: string
}

const FACTS = [
  'status',
  'networkCode',
  'code',
  'innerCode',
  'textCode',
  'purgeProtected',
  'retryAfterMs',
  'requestId',
  'nextLink',
] as const satisfies readonly (keyof Exchange)[]

/** Made when a request would carry a secret to a vault that has not been signed in to. */
export class UnguardedBody extends Error {}

const shortCode = z.string().regex(/^[\w .-]{1,64}$/)
const errorBodySchema = z.object({
  error: z.object({
    code: shortCode.optional().catch(undefined),
    message: z.string().catch(''),
    innererror: z
      .object({ code: shortCode.optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
})
const oauthErrorSchema = z.object({ error: shortCode, error_description: z.string().catch('') })
const pageSchema = z.object({ nextLink: z.string().min(1).optional().catch(undefined) })

/** A date that is far away, from a clock that is wrong, must not silence us for a year. */
const LONGEST_RETRY_AFTER_MS = 60_000

const TEXT_CODE = /\b(AKV\d{4,6}|AADSTS\d{4,9})\b/

/**
 * Watches one pipeline. The libraries drop what we need (the link to the next page, Retry-After, the status of an answer they cannot parse) and add what we do not
 * want (whole responses on errors), so the facts are noted here, and errors are made from them alone.
 */
export class Exchanges {
  readonly #underway = new AsyncLocalStorage<Exchange>()

  /** Runs `work`; its requests are noted in `exchange`. */
  run<T>(exchange: Exchange, work: () => Promise<T>): Promise<T> {
    return this.#underway.run(exchange, work)
  }

  /** @param guardBodies refuse to send a body without an Authorization header. */
  step(guardBodies: boolean): PipelineStep {
    return {
      position: 'perRetry',
      policy: {
        name: 'keywardExchange',
        sendRequest: async (request, next) => {
          const exchange = this.#underway.getStore()
          // The library does not hand its signal on to the requests for later pages.
          if (exchange?.signal) request.abortSignal ??= exchange.signal
          if (guardBodies && hasBody(request) && !request.headers.has('authorization')) throw new UnguardedBody()
          if (exchange) return await noted(exchange, () => next(request))
          return await next(request)
        },
      },
    }
  }
}

const hasBody = (request: Request): boolean => request.body !== undefined && request.body !== null

/** An exchange may be several requests, e.g. a challenge and the request with a token: the last one counts. */
async function noted(exchange: Exchange, send: () => Promise<Response>): Promise<Response> {
  for (const fact of FACTS) Reflect.deleteProperty(exchange, fact)
  try {
    const response = await send()
    note(exchange, response)
    return response
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    exchange.networkCode = typeof code === 'string' ? code : 'no connection'
    throw thrown
  }
}

function note(exchange: Exchange, response: Response): void {
  const { headers } = response
  exchange.status = response.status
  const requestId = headers.get('x-ms-request-id')
  if (requestId !== undefined && /^[\w.-]{1,64}$/.test(requestId)) exchange.requestId = requestId
  const body = parsed(response.bodyAsText)
  if (response.status < 300) {
    const nextLink = pageSchema.safeParse(body).data?.nextLink
    if (nextLink !== undefined) exchange.nextLink = nextLink
    return
  }
  const retryAfterMs = retryAfter((name) => headers.get(name))
  if (retryAfterMs !== undefined) exchange.retryAfterMs = Math.min(LONGEST_RETRY_AFTER_MS, retryAfterMs)
  noteError(exchange, body)
}

function noteError(exchange: Exchange, body: unknown): void {
  const vault = errorBodySchema.safeParse(body).data?.error
  const oauth = oauthErrorSchema.safeParse(body).data
  const code = vault?.code ?? oauth?.error
  if (code !== undefined) exchange.code = code
  if (vault?.innererror?.code !== undefined) exchange.innerCode = vault.innererror.code
  const text = vault?.message ?? oauth?.error_description ?? ''
  const textCode = TEXT_CODE.exec(text)?.[1]
  if (textCode !== undefined) exchange.textCode = textCode
  // Only the text tells this refusal from others: no inner code was ever seen with it.
  exchange.purgeProtected = /purge protection is enabled/i.test(text)
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown
  } catch {
    return undefined
  }
}

function retryAfter(header: (name: string) => string | undefined): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = Number(header(name) ?? Number.NaN)
    if (Number.isFinite(ms) && ms >= 0) return ms
  }
  const text = header('retry-after')
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
