import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { lookupSchema, readAs, renewalSchema } from './answers.js'
import type { Ask, Login, SignIn } from './sign-in/index.js'

/** Timers of Node overflow beyond this and then fire at once, again and again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How soon a renewal is tried again while the server cannot be reached, at first and at last. */
const FIRST_RETRY_MS = 5000
const LAST_RETRY_MS = 60_000
const SHORTEST_WAIT_MS = 1000
/** A token that may be used less often than this is too short-lived for a daemon, and for a listing of many wallets. */
const FEW_USES = 1_000_000

/** A token as requests use it. Whoever got it wipes the token; `generation` tells tokens apart. */
export interface Lease {
  readonly generation: number
  readonly token: Secret
}

interface Current extends Login {
  readonly generation: number
}

/**
 * The token of this process: got by signing in, renewed when two thirds of its time are over, replaced when it cannot be renewed or has ended before its time. However
 * many requests find it dead at once, one sign-in follows.
 */
export class Session {
  #current: Current | undefined
  #signingIn: Promise<Current> | undefined
  #generations = 0
  #timer = new AbortController()
  #closed = false
  /** Why the last sign-in failed, until one succeeds. */
  #failure: KeywardError | undefined

  constructor(
    private readonly signIn: SignIn,
    private readonly ask: Ask,
    private readonly tools: Pick<BackendDependencies, 'log' | 'clock'>,
  ) {}

  get name(): string {
    return this.signIn.name
  }

  /** May the token be used as often as one likes? */
  get unlimited(): boolean {
    return this.#current?.uses === 0
  }

  /** The token for one request; signs in when there is none. @throws KeywardError BACKEND_* */
  async lease(): Promise<Lease> {
    const { generation, token } = this.#current ?? (await this.#replace(undefined))
    return { generation, token: token.clone() }
  }

  /** Does the server still know the token? It refuses what a policy forbids with the same words as what a dead token asks. */
  async knows({ token }: Lease): Promise<boolean> {
    const question = {
      method: 'GET',
      path: ['auth', 'token', 'lookup-self'],
      token,
      what: 'look at the token',
    } as const
    return this.ask(question, ({ status, body }) => {
      if (status !== 200) return false
      readAs(lookupSchema, body)
      return true
    })
  }

  /**
   * Gets another token, unless somebody has got one since this lease.
   * @throws KeywardError BACKEND_UNAUTHENTICATED and what the sign-in throws.
   */
  async renewAfter({ generation }: Lease): Promise<void> {
    await this.#replace(generation)
  }

  /** @throws KeywardError why there is no token now. */
  assertSignedIn(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#current === undefined) throw new KeywardError('BACKEND_UNAUTHENTICATED', 'not signed in')
  }

  /** Ends the timer and wipes the token. Safe to call twice. */
  close(): void {
    this.#closed = true
    this.#timer.abort()
    this.#current?.token.wipe()
    this.#current = undefined
    this.signIn.close()
  }

  #replace(generation: number | undefined): Promise<Current> {
    if (this.#closed) return Promise.reject(closed())
    if (this.#current !== undefined && this.#current.generation !== generation) return Promise.resolve(this.#current)
    this.#signingIn ??= this.#getToken().finally(() => (this.#signingIn = undefined))
    return this.#signingIn
  }

  async #getToken(): Promise<Current> {
    let login: Login
    try {
      login = await this.signIn.signIn(this.ask)
    } catch (thrown) {
      this.#failure = asKeywardError(thrown)
      throw this.#failure
    }
    if (this.#closed) {
      login.token.wipe()
      throw closed()
    }
    this.#failure = undefined
    if (login.uses > 0 && login.uses < FEW_USES) this.#warnOfUses(login.uses)
    this.#generations += 1
    this.tools.log.info('vault.signed-in', { signIn: this.signIn.name, leaseSeconds: login.leaseSeconds })
    return this.#keep({ ...login, generation: this.#generations })
  }

  /** Takes a login as the present one and plans its renewal. */
  #keep(login: Current): Current {
    if (this.#current?.token !== login.token) this.#current?.token.wipe()
    this.#current = login
    this.#timer.abort()
    this.#timer = new AbortController()
    if (login.leaseSeconds > 0) {
      const waitMs = Math.max(SHORTEST_WAIT_MS, (login.leaseSeconds * 2000) / 3)
      void this.#renewLater(login, waitMs, FIRST_RETRY_MS)
    }
    return login
  }

  async #renewLater(login: Current, waitMs: number, retryMs: number): Promise<void> {
    const { signal } = this.#timer
    for (let left = waitMs; left > 0 && !signal.aborted; left -= LONGEST_TIMER_MS) {
      await this.tools.clock.sleep(Math.min(left, LONGEST_TIMER_MS), signal)
    }
    if (!this.#isCurrent(login)) return
    try {
      await this.#prolong(login)
    } catch (thrown) {
      const { code, message, advice } = asKeywardError(thrown)
      this.tools.log.warn('vault.renewal-failed', { signIn: this.signIn.name, code, reason: message, advice })
      // While the server is away there is nothing else to do; a request that finds the token dead signs in by itself.
      if (this.#isCurrent(login)) void this.#renewLater(login, retryMs, Math.min(LAST_RETRY_MS, retryMs * 2))
    }
  }

  /** Renews the token; gets another one when the server does not prolong it any more. */
  async #prolong(login: Current): Promise<void> {
    const renewed = login.renewable ? await this.#renewed(login) : undefined
    if (!this.#isCurrent(login)) return
    const ended = renewed === undefined || renewed.leaseSeconds * 2 < login.leaseSeconds
    if (!ended) {
      this.tools.log.debug('vault.token-renewed', { leaseSeconds: renewed.leaseSeconds })
      this.#keep({ ...login, ...renewed })
      return
    }
    const before = login.token.clone()
    try {
      const next = await this.#replace(login.generation)
      if (!this.signIn.repeatable && sameToken(before, next.token)) this.#warnOfEnd(next)
    } finally {
      before.wipe()
    }
  }

  /** @returns `undefined` when the server refuses. @throws KeywardError when it cannot be asked. */
  async #renewed({ token }: Current): Promise<Pick<Login, 'leaseSeconds' | 'renewable'> | undefined> {
    const question = { method: 'POST', path: ['auth', 'token', 'renew-self'], body: {}, token } as const
    return this.ask({ ...question, what: 'renew the token' }, ({ status, body }) => {
      if (status !== 200) return undefined
      const { lease_duration, renewable } = readAs(renewalSchema, body).auth
      return { leaseSeconds: lease_duration, renewable }
    })
  }

  #isCurrent(login: Current): boolean {
    return !this.#closed && this.#current === login
  }

  #warnOfEnd({ leaseSeconds }: Current): void {
    this.tools.log.warn('vault.token-ends', {
      leaseSeconds,
      advice:
        'Put a new token in the place of this one before then, or let Keyward sign in by itself: `backend.auth.method`.',
    })
  }

  #warnOfUses(uses: number): void {
    this.tools.log.warn('vault.token-uses-limited', {
      uses,
      advice: 'Each request takes one. Issue tokens for Keyward without a number of uses (token_num_uses=0).',
    })
  }
}

const closed = (): KeywardError => new KeywardError('INTERRUPTED', 'the connection to Vault has been closed')

const sameToken = (left: Secret, right: Secret): boolean => left.use((a) => right.use((b) => a.equals(b)))
