import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import type { SecretSource } from '../../core/secret-reference.js'
import { RemoteCalls } from '../common/remote-calls.js'
import type { AttemptTally } from './attempt-tally.js'
import { apiAddress } from './config.js'
import type { VgsConnection } from './config.js'
import { StatusFault, vgsFailures } from './errors.js'
import type { VgsOperation } from './errors.js'
import { Http } from './http.js'
import type { HttpReply, HttpRequest } from './http.js'
import { callPolicy, MAX_REPLY_BYTES } from './limits.js'
import type { VgsCall } from './limits.js'
import { RateWatch } from './rate-watch.js'
import { readToken } from './replies.js'
import type { TokenReply } from './replies.js'
import { createSignIn } from './sign-in/index.js'
import type { Authorization, SignIn } from './sign-in/sign-in.js'

export interface VgsTools {
  readonly secrets: SecretSource
  readonly log: Log
  readonly clock: Clock
  /** For the waits between repeats; tests fix it. */
  readonly random?: () => number
}

export interface VgsRequest {
  readonly operation: Exclude<VgsOperation, 'token'>
  /** For messages: names only. */
  readonly what: string
  readonly method: HttpRequest['method']
  /** Appended to the address of the API. */
  readonly path: string
  /** Made anew for each attempt and wiped after it. */
  readonly body?: () => Buffer
  /** Further statuses that are answers and no failures. */
  readonly accept?: readonly number[]
  readonly tally?: AttemptTally
  readonly signal?: AbortSignal | undefined
}

/** The authorisation server of VGS, for all its installations. */
const TOKEN_URL = 'https://auth.verygoodsecurity.com/auth/realms/vgs/protocol/openid-connect/token'

/**
 * Signed-in requests to one vault. Every one of them, that for a token too, goes through one `RemoteCalls`. A token is made sure of before a request waits for its
 * turn, never while it has one: a request for a token that waits behind requests that wait for the token would wait for ever.
 */
export class VgsRequests {
  readonly #calls: RemoteCalls<VgsCall>
  readonly #http: Http
  readonly #signIn: SignIn
  readonly #rate: RateWatch
  readonly #base: string

  constructor(connection: VgsConnection, tools: VgsTools) {
    const { auth, tls } = connection
    const policy = callPolicy(connection)
    const tokenUrl = new URL((auth.method === 'basic' ? undefined : auth.tokenUrl) ?? TOKEN_URL)
    this.#base = apiAddress(connection)
    const failureOf = vgsFailures({
      ...{ apiHost: new URL(this.#base).host, tokenHost: tokenUrl.host },
      serviceAccount: auth.method === 'service-account',
    })
    this.#calls = new RemoteCalls(policy, { ...tools, failureOf })
    this.#http = new Http({ connections: policy.concurrency, maxBytes: MAX_REPLY_BYTES, caFile: tls?.caFile })
    this.#rate = new RateWatch(tools)
    this.#signIn = createSignIn(auth, tools, (form, signal) => this.#requestToken(tokenUrl, form, signal))
  }

  /** @throws KeywardError SECRET_REFERENCE_UNRESOLVED, CONFIG_INVALID, BACKEND_* */
  signIn(signal?: AbortSignal): Promise<void> {
    return this.#signIn.open(signal)
  }

  async close(): Promise<void> {
    this.#calls.close()
    this.#signIn.close()
    await this.#http.close()
  }

  /** @param read takes what is needed from a good or accepted answer and wipes its body. @throws KeywardError */
  async send<T>(request: VgsRequest, read: (reply: HttpReply) => T): Promise<T> {
    const { what, signal, tally } = request
    for (let renewed = false; ; renewed = true) {
      await this.#signIn.prepare(signal)
      let used: Authorization | undefined
      try {
        return await this.#calls.run({ kind: 'request', what, repeatable: true, signal }, (attempt) => {
          used = this.#signIn.authorization()
          const work = this.#attempt(request, used, attempt, read)
          return tally ? tally.count(work) : work
        })
      } catch (thrown) {
        const refused = thrown instanceof KeywardError && thrown.code === 'BACKEND_UNAUTHENTICATED'
        if (renewed || !refused || used === undefined || !(await this.#signIn.renew(used, signal))) throw thrown
      }
    }
  }

  async #attempt<T>(
    { operation, method, path, body, accept = [] }: VgsRequest,
    authorization: Authorization,
    signal: AbortSignal,
    read: (reply: HttpReply) => T,
  ): Promise<T> {
    const content = body?.()
    const headers = {
      ...{ accept: 'application/json', authorization: authorization.text },
      ...(content ? { 'content-type': 'application/json' } : {}),
    }
    try {
      const url = new URL(this.#base + path)
      const reply = await this.#http.exchange({ method, url, headers, ...(content ? { body: content } : {}) }, signal)
      this.#rate.saw(reply.headers)
      return read(expected(operation, reply, accept))
    } finally {
      content?.fill(0)
    }
  }

  /** The form is wiped when the last attempt has ended. */
  async #requestToken(url: URL, form: Buffer, signal: AbortSignal | undefined): Promise<TokenReply> {
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
    const what = 'sign in as the service account'
    try {
      return await this.#calls.run({ kind: 'token', what, repeatable: true, signal }, async (attempt) => {
        const reply = await this.#http.exchange({ method: 'POST', url, headers, body: form }, attempt)
        return readToken(expected('token', reply, []).body)
      })
    } finally {
      form.fill(0)
    }
  }
}

/** @throws StatusFault for a status that is neither good nor accepted; the body is wiped then. */
function expected(operation: VgsOperation, reply: HttpReply, accept: readonly number[]): HttpReply {
  const { status, headers, body } = reply
  if ((status >= 200 && status < 300) || accept.includes(status)) return reply
  body.fill(0)
  throw new StatusFault(operation, status, retryAfterMs(headers['retry-after']), requestIdOf(headers['vgs-request-id']))
}

/** Seconds, as VGS sends it. */
const retryAfterMs = (header: string | string[] | undefined): number | undefined =>
  typeof header === 'string' && /^\d{1,4}$/.test(header) ? Number(header) * 1000 : undefined

const requestIdOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && /^[0-9a-f-]{16,40}$/i.test(header) ? header : undefined
