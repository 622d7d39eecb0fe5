import { z } from 'zod'
import { invalidRequest, problem } from './api-error.js'
import type { FieldProblem } from './api-error.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** What a request brings, before its parts are checked. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  /** The body as it came, for calls that pass it on. */
  readonly bodyText: string
}

/** One call of the API. The path is a pattern such as `/v3/kms/:id`; logs show it in place of the address, which may hold a key. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly takesBody: boolean
  /** @returns the answer as a JSON value, or `undefined` for 204. @throws ApiError */
  run(input: RawInput): Promise<unknown>
}

/**
 * A route whose handler sees checked input only.
 * @param parts schemas of the parts it uses: `params`, `query` (both objects of texts), `body` and `bodyText`.
 */
export function route<Parts extends z.ZodRawShape>(
  method: Method,
  path: string,
  parts: Parts,
  handle: (input: z.output<z.ZodObject<Parts>>) => unknown,
): Route {
  const schema = z.object(parts)
  return {
    method,
    path,
    takesBody: 'body' in parts,
    run: async (input) => {
      const parsed = await schema.safeParseAsync(input)
      if (!parsed.success) throw invalidRequest(parsed.error.issues.slice(0, MAX_PROBLEMS).map(problemOf))
      return handle(parsed.data)
    },
  }
}

const MAX_PROBLEMS = 20

function problemOf(issue: z.core.$ZodIssue): FieldProblem {
  const [part, ...rest] = issue.path.map(String)
  return problem(rest.length === 0 ? (part ?? 'request') : rest.join('.'), issue.code, issue.message)
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** Finds the first route that fits; a literal segment must therefore stand before a pattern in the same place. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly segments: readonly string[] }[]

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, segments: route.path.split('/') }))
  }

  match(method: string, path: string): Match | undefined {
    const given = path.split('/')
    for (const { route, segments } of this.#routes) {
      if (route.method !== method || segments.length !== given.length) continue
      const params = fit(segments, given)
      if (params !== undefined) return { route, params }
    }
    return undefined
  }
}

function fit(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [position, segment] of segments.entries()) {
    const text = given[position] ?? ''
    if (!segment.startsWith(':')) {
      if (segment !== text) return undefined
      continue
    }
    const decoded = decode(text)
    if (decoded === undefined || decoded === '') return undefined
    params[segment.slice(1)] = decoded
  }
  return params
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** A short word in lower case or a chain code: no key, phrase, address or id looks like that. */
const PLAIN_SEGMENT = /^([a-z][a-z0-9-]{0,23}|[A-Z]{2,5})$/

/** Method and path of a call nobody serves, fit for a message: whatever could be a secret or an id becomes `{…}`. */
export function nameOfCall(method: string, path: string): string {
  const segments = path.split('/').slice(0, 12)
  return `${method} ${segments.map((text) => (text === '' || PLAIN_SEGMENT.test(text) ? text : '{…}')).join('/')}`
}
