import { secretReferenceSchema } from '../../../core/secret-reference.js'
import type { SecretReference, SecretSource } from '../../../core/secret-reference.js'
import type { VaultAuth } from '../config.js'
import { lookupSchema, readAs } from '../answers.js'
import { rejected } from './sign-in.js'
import type { Ask, Login, SignIn } from './sign-in.js'

/** A token that somebody else has got. It is fetched again when it has ended, as the file or variable may hold another by then. */
export class TokenSignIn implements SignIn {
  readonly repeatable = false
  readonly name = 'token'
  readonly #reference: SecretReference

  constructor(
    auth: Extract<VaultAuth, { method: 'token' }>,
    private readonly secrets: SecretSource,
  ) {
    this.#reference = auth.token ?? secretReferenceSchema.parse(`file:${auth.tokenFile ?? ''}`)
  }

  async signIn(ask: Ask): Promise<Login> {
    const given = await this.secrets.resolve(this.#reference, { what: 'the token of Vault' })
    try {
      const question = { method: 'GET', path: ['auth', 'token', 'lookup-self'], token: given } as const
      return await ask({ ...question, what: 'look at the token' }, ({ status, body }) => {
        if (status !== 200) {
          throw rejected(
            this.name,
            status,
            'It has expired or was revoked, or is no token of this namespace. Put a new one in its place.',
          )
        }
        const { ttl, expire_time, renewable = false, num_uses = 0 } = readAs(lookupSchema, body).data
        const leaseSeconds = expire_time === null || expire_time === undefined ? 0 : Math.max(1, ttl)
        return { token: given.clone(), leaseSeconds, renewable, uses: num_uses }
      })
    } finally {
      given.wipe()
    }
  }

  close(): void {
    // Nothing is kept.
  }
}
