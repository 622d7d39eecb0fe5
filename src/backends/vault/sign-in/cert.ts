import type { VaultAuth } from '../config.js'
import { loginOf } from './sign-in.js'
import type { Ask, Login, SignIn } from './sign-in.js'

/** The client certificate of the connection. The files are read again before each sign-in, as certificates are replaced before they end. */
export class CertSignIn implements SignIn {
  readonly repeatable = true
  readonly name: string
  readonly #mount: string

  constructor(
    private readonly auth: Extract<VaultAuth, { method: 'cert' }>,
    private readonly renewCertificates: () => Promise<void>,
  ) {
    this.#mount = auth.mount ?? 'cert'
    this.name = `TLS certificate at auth/${this.#mount}`
  }

  async signIn(ask: Ask): Promise<Login> {
    await this.renewCertificates()
    const body = this.auth.role === undefined ? {} : { name: this.auth.role }
    const path = ['auth', ...this.#mount.split('/'), 'login']
    return ask({ method: 'POST', path, body, what: `sign in by ${this.name}` }, (answer) =>
      loginOf(
        answer,
        this.name,
        'Check that the client certificate is valid and issued by an authority of the certificate role (vault read auth/cert/certs/ROLE), and that no proxy ends TLS before the server.',
      ),
    )
  }

  close(): void {
    // The key is with the connections.
  }
}
