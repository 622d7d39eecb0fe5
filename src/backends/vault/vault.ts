import { KeywardError } from '../../core/errors.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { RemoteCalls } from '../common/remote-calls.js'
import { VaultClient } from './client.js'
import type { VaultAnswer, VaultRequest } from './client.js'
import type { VaultConnection } from './config.js'
import { denied, failureOf, unhealthy } from './errors.js'
import { healthSchema } from './answers.js'
import { callPolicy, concurrencyOf } from './limits.js'
import type { VaultCall } from './limits.js'
import { Session } from './session.js'
import { createSignIn } from './sign-in/index.js'
import { tlsSettings } from './tls.js'

export interface Question extends VaultRequest {
  readonly kind: Exclude<VaultCall, 'session'>
  /** Completes "may not …" and "no answer: …", e.g. `read wallet 4057be77-…`. */
  readonly what: string
  /** What a policy has to grant for it: the capability and the path as a policy names it. */
  readonly needs: readonly [capability: string, path: string]
  readonly signal?: AbortSignal | undefined
}

/** Tokens that one question is tried with: a new one may be revoked at once too, or the policy may hide from us that a token lives. */
const MOST_TOKENS = 3

/** Statuses of a server that is up: active, standby, performance standby. */
const UP: ReadonlySet<number> = new Set([200, 429, 473])

export type VaultTools = Pick<BackendDependencies, 'secrets' | 'log' | 'clock'>

/** A signed-in connection to one cluster: every request goes through here, once it is its turn, with a token that lives. */
export class Vault {
  readonly #client: VaultClient
  readonly #calls: RemoteCalls<VaultCall>
  readonly #session: Session

  constructor(connection: VaultConnection, tools: VaultTools) {
    const { address, namespace, auth } = connection
    this.#client = new VaultClient({
      addresses: typeof address === 'string' ? [address] : address,
      namespace,
      tls: tlsSettings(connection, tools.secrets),
      connections: concurrencyOf(connection),
    })
    this.#calls = new RemoteCalls(callPolicy(connection), { clock: tools.clock, log: tools.log, failureOf })
    const signIn = createSignIn(auth, tools, () => this.#client.renewCertificates())
    this.#session = new Session(
      signIn,
      ({ what, repeatable = true, ...request }, read) =>
        this.#calls.run({ kind: 'session', what, repeatable }, async (signal) =>
          read(await this.#client.send(request, signal)),
        ),
      tools,
    )
  }

  /** Signs in. A signal that aborts ends the connection for good. @throws KeywardError BACKEND_*, CONFIG_INVALID, SECRET_REFERENCE_UNRESOLVED */
  async open(signal?: AbortSignal): Promise<void> {
    const stop = (): void => this.#calls.close()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const { token } = await this.#session.lease()
      token.wipe()
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /**
   * Asks with the token. When it is refused, the token is looked at: a dead one is replaced and the question is repeated, a living one lacks a permission.
   * @param read what the answer means: any status but 403. It runs inside the attempt, so what is not understood counts as no answer.
   * @throws KeywardError BACKEND_DENIED and what `read` throws.
   */
  async ask<T>(question: Question, read: (answer: VaultAnswer) => T): Promise<T> {
    const { kind, what, needs, signal: outer, ...request } = question
    for (let attempt = 1; ; attempt += 1) {
      const lease = await this.#session.lease()
      try {
        const outcome = await this.#calls.run({ kind, what, repeatable: true, signal: outer }, async (signal) => {
          const answer = await this.#client.send({ ...request, token: lease.token }, signal)
          return answer.status === 403 ? undefined : { value: read(answer) }
        })
        if (outcome !== undefined) return outcome.value
        if (attempt === MOST_TOKENS || (await this.#session.knows(lease))) throw denied(what, ...needs)
        await this.#session.renewAfter(lease)
      } finally {
        lease.token.wipe()
      }
    }
  }

  /** Is a server up, and is this process signed in? Asked once, without repeats. @throws KeywardError BACKEND_* */
  async ping(): Promise<void> {
    await this.#assertUp()
    this.#session.assertSignedIn()
    // A use of a token whose uses are counted is not spent on this.
    if (!this.#session.unlimited) return
    const lease = await this.#session.lease()
    try {
      if (!(await this.#session.knows(lease))) await this.#session.renewAfter(lease)
    } finally {
      lease.token.wipe()
    }
  }

  async #assertUp(): Promise<void> {
    const health = { method: 'GET', path: ['sys', 'health'], query: { standbyok: 'true' }, namespace: '' } as const
    const call = { kind: 'session', what: 'ask the server for its health', repeatable: false } as const
    try {
      await this.#calls.run(call, async (signal) => {
        const { status, body } = await this.#client.look(health, signal)
        if (!UP.has(status))
          throw unhealthy(status, status === 503 && healthSchema.safeParse(body).data?.sealed === true)
      })
    } catch (thrown) {
      // A question has no outcome that could be uncertain: what was wrong is the reason behind that.
      throw thrown instanceof KeywardError && thrown.cause instanceof KeywardError ? thrown.cause : thrown
    }
  }

  /** Ends what is underway, wipes the token, closes connections. Safe to call twice, and before `open`. */
  async close(): Promise<void> {
    this.#calls.close()
    this.#session.close()
    await this.#client.close()
  }
}
