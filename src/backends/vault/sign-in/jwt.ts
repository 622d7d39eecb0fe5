import type { SecretReference, SecretSource } from '../../../core/secret-reference.js'
import type { VaultAuth } from '../config.js'
import { loginOf } from './sign-in.js'
import type { Ask, Login, SignIn } from './sign-in.js'

export interface JwtLoginOptions {
  readonly product: string
  readonly mount: string
  readonly role: string | undefined
  readonly jwt: SecretReference
  /** What the JWT is, for whoever is asked for it. */
  readonly what: string
  readonly secrets: SecretSource
  readonly advice: string
}

/** A JSON Web Token that is fetched anew at each sign-in, as its issuer replaces it. */
export class JwtLogin implements SignIn {
  readonly repeatable = true
  readonly name: string

  constructor(private readonly options: JwtLoginOptions) {
    this.name = `${options.product} at auth/${options.mount}`
  }

  async signIn(ask: Ask): Promise<Login> {
    const { secrets, jwt, what, mount, role, advice } = this.options
    const token = await secrets.resolve(jwt, { what })
    try {
      const body = { ...(role === undefined ? {} : { role }), jwt: token.text().trim() }
      const path = ['auth', ...mount.split('/'), 'login']
      return await ask({ method: 'POST', path, body, what: `sign in by ${this.name}` }, (answer) =>
        loginOf(answer, this.name, advice),
      )
    } finally {
      token.wipe()
    }
  }

  close(): void {
    // Nothing is kept.
  }
}

export const jwtSignIn = (auth: Extract<VaultAuth, { method: 'jwt' }>, secrets: SecretSource): JwtLogin =>
  new JwtLogin({
    product: 'JWT',
    mount: auth.mount ?? 'jwt',
    role: auth.role,
    jwt: auth.jwt,
    what: 'the JSON Web Token for Vault',
    secrets,
    advice:
      'Check that the JSON Web Token has not expired, and issuer, audience, subject and claims bound to the role (vault read auth/jwt/role/ROLE).',
  })
