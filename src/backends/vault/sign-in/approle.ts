import { KeywardError } from '../../../core/errors.js'
import type { Log } from '../../../core/log.js'
import { Secret } from '../../../core/secret.js'
import type { SecretSource } from '../../../core/secret-reference.js'
import type { VaultAuth } from '../config.js'
import { readAs, unwrappedSchema, wrappingSchema } from '../answers.js'
import { loginOf } from './sign-in.js'
import type { Ask, Login, SignIn } from './sign-in.js'

type AppRole = Extract<VaultAuth, { method: 'approle' }>

const REFUSED =
  'Check `backend.auth.roleId`, and whether the secret id has expired, has been used up or is bound to other addresses. Issue a new one: vault write -f auth/approle/role/ROLE/secret-id'

/**
 * Role id and secret id. A wrapped secret id is unwrapped once and then kept in memory for later sign-ins: a wrapping token works once, so one that somebody else has
 * used, or that wraps something else, is an alarm and not a hitch.
 */
export class AppRoleSignIn implements SignIn {
  readonly repeatable = true
  readonly name: string
  readonly #mount: string
  #kept: { readonly wrapping: Secret; readonly secretId: Secret } | undefined

  constructor(
    private readonly auth: AppRole,
    private readonly secrets: SecretSource,
    private readonly log: Log,
  ) {
    this.#mount = auth.mount ?? 'approle'
    this.name = `AppRole at auth/${this.#mount}`
  }

  async signIn(ask: Ask): Promise<Login> {
    const secretId = await this.#secretId(ask)
    try {
      const body = { role_id: this.auth.roleId, secret_id: secretId.text() }
      const path = ['auth', ...this.#mount.split('/'), 'login']
      return await ask({ method: 'POST', path, body, what: `sign in by ${this.name}` }, (answer) =>
        loginOf(answer, this.name, REFUSED),
      )
    } finally {
      secretId.wipe()
    }
  }

  close(): void {
    this.#kept?.wrapping.wipe()
    this.#kept?.secretId.wipe()
    this.#kept = undefined
  }

  async #secretId(ask: Ask): Promise<Secret> {
    if (this.auth.wrapped !== true) return this.#given('the secret id of Vault')
    const wrapping = await this.#wrapping()
    try {
      if (wrapping !== undefined && !sameText(wrapping, this.#kept?.wrapping)) {
        await this.#assertOurs(ask, wrapping)
        const secretId = await this.#unwrap(ask, wrapping)
        this.close()
        this.#kept = { wrapping: wrapping.clone(), secretId }
      }
      if (this.#kept === undefined) throw new Error('there is neither a wrapping token nor a secret id')
      return this.#kept.secretId.clone()
    } finally {
      wrapping?.wipe()
    }
  }

  /** @returns `undefined` when it is gone and no longer needed: many take a wrapping token away once it was used. */
  async #wrapping(): Promise<Secret | undefined> {
    try {
      return await this.#given('the wrapping token of the secret id of Vault')
    } catch (thrown) {
      if (this.#kept === undefined) throw thrown
      return undefined
    }
  }

  #given(what: string): Promise<Secret> {
    return this.secrets.resolve(this.auth.secretId, { what })
  }

  /** Whoever can write where the wrapping token is kept could put there one that wraps a secret id of their own. */
  async #assertOurs(ask: Ask, token: Secret): Promise<void> {
    const question = { method: 'POST', path: ['sys', 'wrapping', 'lookup'], body: { token: token.text() } } as const
    const created = await ask({ ...question, what: 'look at the wrapped secret id' }, ({ status, body }) =>
      status === 200 ? readAs(wrappingSchema, body).data.creation_path : undefined,
    )
    if (created === undefined) throw this.#alarm('has expired, or somebody has used it before')
    const prefix = `auth/${this.#mount}/role/`
    if (!created.startsWith(prefix) || !created.endsWith('/secret-id')) {
      throw this.#alarm('wraps something else than a secret id of this AppRole mount')
    }
  }

  async #unwrap(ask: Ask, token: Secret): Promise<Secret> {
    const question = { method: 'POST', path: ['sys', 'wrapping', 'unwrap'], token } as const
    try {
      return await ask({ ...question, what: 'unwrap the secret id', repeatable: false }, ({ status, body }) => {
        if (status !== 200) throw this.#alarm('has expired, or somebody has used it before')
        return Secret.fromText(readAs(unwrappedSchema, body).data.secret_id)
      })
    } catch (thrown) {
      if (!(thrown instanceof KeywardError) || thrown.code !== 'BACKEND_UNCERTAIN') throw thrown
      throw new KeywardError('BACKEND_UNAUTHENTICATED', `the answer with the unwrapped secret id was lost`, {
        advice: 'The wrapping token has probably been used up by this attempt. Wrap a new secret id.',
        cause: thrown,
      })
    }
  }

  #alarm(why: string): KeywardError {
    this.log.error('vault.wrapped-secret-id.refused', { signIn: this.name, reason: why })
    return new KeywardError('BACKEND_UNAUTHENTICATED', `the token around the secret id ${why}`, {
      advice:
        'If nobody of yours has used it, treat the secret id as stolen: destroy it (vault write auth/approle/role/ROLE/secret-id-accessor/destroy), find out who read the token, and wrap a new one.',
    })
  }
}

const sameText = (left: Secret, right: Secret | undefined): boolean =>
  right !== undefined && left.use((a) => right.use((b) => a.equals(b)))
