import { randomBytes } from 'node:crypto'
import { LoopbackServer } from '../loopback-server.js'
import type { Answer, Received } from '../loopback-server.js'
import { testCertificate } from '../test-certificate.js'
import { errorAnswer, FakeAliases } from './fake-aliases.js'
import type { AliasBehaviour } from './fake-aliases.js'

const TOKEN_PATH = '/auth/realms/vgs/protocol/openid-connect/token'
const MINUTE_MS = 60_000
const PER_MINUTE = 3000

export const CREDENTIALS = {
  username: 'US-canary-user-name',
  password: 'canary-password-7f3a',
  clientId: 'ACcanary-client',
  clientSecret: 'canary-client-secret-55e1',
}

/** How a fault spoils one request. `after`: the request takes effect first. */
export interface Fault {
  readonly when: 'before' | 'after'
  readonly answer: Partial<Answer>
}

/** A fake of the vault API of both generations and of the authorisation server, over TLS on the loopback, with the product's limits and faults on request. */
export class FakeVgs {
  readonly behaviour: AliasBehaviour = {
    ...{ generation: 'v2', aliasMember: 'alias', unknownInBatch: 'omit', revealDisabled: false },
    ...{ fingerprinting: false, reversed: false, quoting: true, now: () => Date.now() },
  }
  readonly vault = new FakeAliases(this.behaviour, 'sandbox')
  /** 3,000 requests a minute, as the product has it. */
  limited = false
  perMinute = PER_MINUTE
  /** Seconds that a token lives; `undefined`: the server does not say. */
  tokenLifeS: number | undefined = 300
  scopes = ['aliases:read', 'aliases:write', 'aliases:delete']
  /** Was the service account granted the vault? */
  granted = true
  latencyMs = 0
  /** Error texts quote what was sent, as an unkind server would. */
  quotesRequests = true
  /** Asked for every request: what it answers spoils that request. */
  fault: (request: Received) => Fault | undefined = () => undefined
  /** Waited for once a request has taken effect, before it is answered. */
  hold: (request: Received) => Promise<void> | undefined = () => undefined
  tokensGiven = 0
  readonly #tokens = new Map<string, number>()
  #window = { start: 0, used: 0 }
  #server: LoopbackServer | undefined

  static async start(): Promise<FakeVgs> {
    const fake = new FakeVgs()
    fake.#server = await LoopbackServer.start((request) => fake.#answer(request), testCertificate)
    return fake
  }

  get server(): LoopbackServer {
    if (this.#server === undefined) throw new Error('the fake is not started')
    return this.#server
  }

  get url(): string {
    return this.server.url
  }

  get tokenUrl(): string {
    return this.url + TOKEN_PATH
  }

  /** Requests to the vault, without those for tokens, as `GET /aliases/…`. */
  get requests(): string[] {
    return this.server.requests.flatMap(({ method, target, path }) =>
      path === TOKEN_PATH ? [] : [`${method} ${target}`],
    )
  }

  /** Spoils the next request that matches, once. */
  spoilNext(matches: (request: Received) => boolean, fault: Fault, times = 1): void {
    let left = times
    const before = this.fault
    this.fault = (request) => {
      if (left === 0 || !matches(request)) return before(request)
      left -= 1
      return fault
    }
  }

  /** No token that was given is good any more. */
  expireTokens(): void {
    this.#tokens.clear()
  }

  async close(): Promise<void> {
    await this.server.close()
  }

  async #answer(request: Received): Promise<Answer> {
    const fault = this.fault(request)
    if (fault?.when === 'before') return fault.answer
    const answer = request.path === TOKEN_PATH ? this.#token(request) : this.#vaultAnswer(request)
    await this.hold(request)
    const slow = this.latencyMs > 0 ? { delayMs: this.latencyMs } : {}
    return { ...slow, ...this.#unkind(answer, request), ...fault?.answer }
  }

  #vaultAnswer(request: Received): Answer {
    const remaining = this.#remaining()
    const headers = { 'x-ratelimit-remaining': String(Math.max(0, remaining)) }
    if (remaining < 0) return { ...errorAnswer(429, 'Too many requests', 'Rate limit exceeded'), headers }
    return { headers, ...(this.#refusal(request) ?? this.vault.answer(request)) }
  }

  #remaining(): number {
    if (!this.limited) return this.perMinute
    const now = this.behaviour.now()
    if (now - this.#window.start >= MINUTE_MS) this.#window = { start: now, used: 0 }
    this.#window.used += 1
    return this.perMinute - this.#window.used
  }

  #refusal({ headers, method }: Received): Answer | undefined {
    const given = headers.authorization ?? ''
    const unknown = errorAnswer(401, 'Unauthorized', `unknown credentials ${this.quotesRequests ? given : ''}`)
    if (this.behaviour.generation === 'v1') {
      const { username, password } = CREDENTIALS
      return given === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` ? undefined : unknown
    }
    const endsAt = this.#tokens.get(given.replace(/^Bearer /, ''))
    if (!this.granted || endsAt === undefined || this.behaviour.now() >= endsAt) return unknown
    const scope = { GET: 'aliases:read', DELETE: 'aliases:delete' }[method] ?? 'aliases:write'
    return this.scopes.includes(scope) ? undefined : errorAnswer(403, 'Forbidden', `scope ${scope} is missing`)
  }

  #token({ body, method }: Received): Answer {
    const form = new URLSearchParams(body)
    const { clientId, clientSecret } = CREDENTIALS
    const known = form.get('client_id') === clientId && form.get('client_secret') === clientSecret
    if (method !== 'POST' || form.get('grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'invalid_request' } }
    if (!known) return { status: 401, body: { error: 'unauthorized_client', error_description: body } }
    const token = `canary-token-${randomBytes(16).toString('hex')}`
    this.tokensGiven += 1
    this.#tokens.set(token, this.behaviour.now() + (this.tokenLifeS ?? 300) * 1000)
    return {
      body: {
        ...{ access_token: token, token_type: 'Bearer', scope: ['profile', ...this.scopes].join(' ') },
        ...(this.tokenLifeS === undefined ? {} : { expires_in: this.tokenLifeS }),
      },
    }
  }

  /** Nothing may come of it that an error text, a title or a link quotes a secret. */
  #unkind(answer: Answer, { body }: Received): Answer {
    if (!this.quotesRequests || (answer.status ?? 200) < 400 || body === '') return answer
    return { ...answer, body: { errors: [{ status: answer.status, title: body, detail: body, href: body }] } }
  }
}
