import type { Clock } from '../../../core/clock.js'
import { asKeywardError, KeywardError } from '../../../core/errors.js'
import type { Log } from '../../../core/log.js'
import type { SecretSource } from '../../../core/secret-reference.js'
import type { Secret } from '../../../core/secret.js'
import type { VgsAuth } from '../config.js'
import type { TokenReply } from '../replies.js'
import type { Authorization, SignIn } from './sign-in.js'

/** Share of its life after which a token is replaced. */
const RENEW_AFTER = 0.8
/** For a server that does not say how long its tokens live. */
const ASSUMED_LIFE_S = 60
/** While the old token still serves, a server that gives no new one is not asked more often than this. */
const RETRY_MS = 10_000

/** The form of RFC 6749, 4.4.2, sent through the calls' own layer. The body is wiped by the sender. */
export type RequestToken = (form: Buffer, signal: AbortSignal | undefined) => Promise<TokenReply>

interface Token {
  readonly secret: Secret
  readonly expiresAt: number
  renewAt: number
}

const NEEDED = ['aliases:read'] as const
const USEFUL = ['aliases:write', 'aliases:delete'] as const

/** OAuth2 client credentials of a service account: the second generation of the API. One request for a token at a time, whoever needs it. */
export class ServiceAccountSignIn implements SignIn {
  #clientId: Secret | undefined
  #clientSecret: Secret | undefined
  #token: Token | undefined
  #renewing: Promise<void> | undefined
  /** Which token a header was made of, so that one refusal renews once however many requests it concerns. */
  readonly #madeOf = new WeakMap<Authorization, Token>()

  constructor(
    private readonly auth: Extract<VgsAuth, { method: 'service-account' }>,
    private readonly tools: { readonly secrets: SecretSource; readonly clock: Clock; readonly log: Log },
    private readonly requestToken: RequestToken,
  ) {}

  async open(signal?: AbortSignal): Promise<void> {
    this.close()
    const { secrets } = this.tools
    this.#clientId = await secrets.resolve(this.auth.clientId, { what: 'the client id of the VGS service account' })
    this.#clientSecret = await secrets.resolve(this.auth.clientSecret, {
      what: 'the client secret of the VGS service account',
    })
    await this.#renew(signal)
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const token = this.#token
    const now = this.tools.clock.now()
    if (token !== undefined && now < token.renewAt) return
    try {
      await this.#renew(signal)
    } catch (thrown) {
      if (token === undefined || this.#token !== token || now >= token.expiresAt) throw thrown
      token.renewAt = now + RETRY_MS
      this.tools.log.warn('vgs.token-not-renewed', {
        code: asKeywardError(thrown).code,
        validForMs: token.expiresAt - now,
      })
    }
  }

  authorization(): Authorization {
    const token = this.#token
    if (token === undefined) throw new KeywardError('INTERRUPTED', 'not signed in to VGS: the backend is closed')
    const made = { text: `Bearer ${token.secret.text()}` }
    this.#madeOf.set(made, token)
    return made
  }

  async renew(refused: Authorization, signal?: AbortSignal): Promise<boolean> {
    if (this.#madeOf.get(refused) === this.#token) await this.#renew(signal)
    return true
  }

  close(): void {
    for (const secret of [this.#clientId, this.#clientSecret, this.#token?.secret]) secret?.wipe()
    this.#clientId = this.#clientSecret = this.#token = undefined
  }

  #renew(signal: AbortSignal | undefined): Promise<void> {
    this.#renewing ??= this.#fetch(signal).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #fetch(signal: AbortSignal | undefined): Promise<void> {
    const [id, secret] = [this.#clientId, this.#clientSecret]
    if (!id || !secret) throw new KeywardError('INTERRUPTED', 'not signed in to VGS: the backend is closed')
    const encoded = (part: Secret): string => encodeURIComponent(part.text())
    const form = `grant_type=client_credentials&client_id=${encoded(id)}&client_secret=${encoded(secret)}`
    const requestedAt = this.tools.clock.now()
    const { token, expiresInS, scopes } = await this.requestToken(Buffer.from(form), signal)
    if (this.#clientId === undefined) {
      token.wipe()
      throw new KeywardError('INTERRUPTED', 'stopped while signing in to VGS')
    }
    try {
      this.#assertScopes(scopes)
    } catch (thrown) {
      token.wipe()
      throw thrown
    }
    const lifeMs = (expiresInS ?? ASSUMED_LIFE_S) * 1000
    this.#token?.secret.wipe()
    this.#token = { secret: token, expiresAt: requestedAt + lifeMs, renewAt: requestedAt + lifeMs * RENEW_AFTER }
  }

  /** A server that says nothing about scopes is believed; the vault has the last word. */
  #assertScopes(granted: readonly string[] | undefined): void {
    if (!granted?.some((scope) => scope.startsWith('aliases:'))) return
    for (const scope of NEEDED) {
      if (granted.includes(scope)) continue
      throw new KeywardError('BACKEND_DENIED', `the VGS service account lacks the scope ${scope}`, {
        advice: `Scopes are fixed when a service account is made: make a new one with ${[...NEEDED, ...USEFUL].join(', ')}.`,
      })
    }
    const missing = USEFUL.filter((scope) => !granted.includes(scope))
    if (missing.length > 0) this.tools.log.info('vgs.read-only', { missingScopes: missing.join(' ') })
  }
}
