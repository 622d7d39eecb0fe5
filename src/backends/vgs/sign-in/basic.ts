import { KeywardError } from '../../../core/errors.js'
import type { SecretSource } from '../../../core/secret-reference.js'
import { Secret } from '../../../core/secret.js'
import type { VgsAuth } from '../config.js'
import type { Authorization, SignIn } from './sign-in.js'

const COLON = ':'.charCodeAt(0)

/** HTTP Basic (RFC 7617) with the vault's access credentials: the first generation of the API. */
export class BasicSignIn implements SignIn {
  #credentials: Secret | undefined

  constructor(
    private readonly auth: Extract<VgsAuth, { method: 'basic' }>,
    private readonly secrets: SecretSource,
  ) {}

  async open(): Promise<void> {
    this.close()
    const username = await this.secrets.resolve(this.auth.username, { what: 'the user name of the VGS vault' })
    try {
      const password = await this.secrets.resolve(this.auth.password, { what: 'the password of the VGS vault' })
      try {
        this.#credentials = joined(username, password)
      } finally {
        password.wipe()
      }
    } finally {
      username.wipe()
    }
  }

  async prepare(): Promise<void> {
    // Credentials do not expire.
  }

  authorization(): Authorization {
    if (this.#credentials === undefined)
      throw new KeywardError('INTERRUPTED', 'not signed in to VGS: the backend is closed')
    return { text: `Basic ${this.#credentials.use((bytes) => bytes.toString('base64'))}` }
  }

  renew(): Promise<boolean> {
    return Promise.resolve(false)
  }

  close(): void {
    this.#credentials?.wipe()
    this.#credentials = undefined
  }
}

function joined(username: Secret, password: Secret): Secret {
  return username.use((user) => {
    if (user.includes(COLON)) {
      throw new KeywardError(
        'CONFIG_INVALID',
        'the user name of the VGS vault holds a colon, which HTTP Basic cannot carry',
        {
          advice: 'Check what `auth.username` refers to: is it user name and password together?',
        },
      )
    }
    return password.use((pass) => {
      const both = Buffer.allocUnsafeSlow(user.length + 1 + pass.length)
      user.copy(both)
      both[user.length] = COLON
      pass.copy(both, user.length + 1)
      return Secret.own(both)
    })
  })
}
