import { createHash, createVerify, X509Certificate } from 'node:crypto'
import { LoopbackServer } from '../loopback-server.js'
import type { Answer, Received } from '../loopback-server.js'
import { testCertificate } from '../test-certificate.js'

export const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
export const CLIENT = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d'

/** An application or identity that may have tokens. */
export interface KnownApplication {
  readonly secret?: string
  /** PEM, to check the signature of an assertion with. */
  readonly certificate?: string
  /** The federated token that its issuer gave to the workload. */
  readonly federatedToken?: string
}

interface Issued {
  readonly expiresAtMs: number
  revoked: boolean
}

/** The OAuth token endpoint of one tenant, and the metadata endpoint that gives tokens to managed identities. */
export class FakeEntra {
  readonly applications = new Map<string, KnownApplication>()
  /** User-assigned identities of the machine: `client_id=…`, `object_id=…`, `msi_res_id=…`; empty text for the system-assigned one. */
  readonly identities = new Set([''])
  lifetimeSeconds = 3600
  /** Given instead of a token, as long as it is set. */
  trouble: Answer | undefined
  readonly #tokens = new Map<string, Issued>()
  #server: LoopbackServer | undefined
  #metadata: LoopbackServer | undefined

  static async start(): Promise<FakeEntra> {
    const self = new FakeEntra()
    self.#server = await LoopbackServer.start((request) => self.#serve(request), testCertificate)
    self.#metadata = await LoopbackServer.start((request) => self.#serveMetadata(request))
    return self
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  /** What AZURE_POD_IDENTITY_AUTHORITY_HOST names in place of 169.254.169.254. */
  get metadataUrl(): string {
    return this.#metadata?.url ?? ''
  }

  get authority(): string {
    return `${this.url}/${TENANT}`
  }

  get requests(): readonly Received[] {
    return [...(this.#server?.requests ?? []), ...(this.#metadata?.requests ?? [])]
  }

  /** Requests that ended with a token. */
  get issued(): number {
    return this.#tokens.size
  }

  accepts(token: string): boolean {
    const known = this.#tokens.get(token)
    return known !== undefined && !known.revoked && known.expiresAtMs > Date.now()
  }

  revokeAll(): void {
    for (const token of this.#tokens.values()) token.revoked = true
  }

  async close(): Promise<void> {
    await this.#server?.close()
    await this.#metadata?.close()
  }

  #serve(request: Received): Answer {
    if (request.path.endsWith('/.well-known/openid-configuration')) return { body: this.#openIdConfiguration() }
    if (request.method === 'POST' && request.path === `/${TENANT}/oauth2/v2.0/token`) return this.#token(request)
    return refused('AADSTS90002', `Tenant '${request.path.split('/')[1] ?? ''}' not found.`, 'invalid_request')
  }

  #openIdConfiguration(): object {
    return {
      issuer: `${this.authority}/v2.0`,
      authorization_endpoint: `${this.authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${this.authority}/oauth2/v2.0/token`,
      jwks_uri: `${this.authority}/discovery/v2.0/keys`,
      end_session_endpoint: `${this.authority}/oauth2/v2.0/logout`,
    }
  }

  #token(request: Received): Answer {
    if (this.trouble) return this.trouble
    const form = new URLSearchParams(request.body)
    const application = this.applications.get(form.get('client_id') ?? '')
    if (form.get('grant_type') !== 'client_credentials')
      return refused('AADSTS70003', 'unsupported', 'unsupported_grant_type')
    if (!(form.get('scope') ?? '').split(' ').includes('https://vault.azure.net/.default')) {
      return refused('AADSTS500011', 'The resource principal was not found in the tenant.', 'invalid_resource')
    }
    if (application === undefined) {
      return refused('AADSTS700016', 'Application was not found in the directory.', 'unauthorized_client')
    }
    return this.#refusalOf(application, form) ?? { body: this.#issue() }
  }

  #refusalOf(application: KnownApplication, form: URLSearchParams): Answer | undefined {
    const assertion = form.get('client_assertion')
    if (assertion === null) {
      if (application.secret !== undefined && form.get('client_secret') === application.secret) return undefined
      return refused('AADSTS7000215', 'Invalid client secret provided.', 'invalid_client', 401)
    }
    if (application.federatedToken !== undefined) {
      if (assertion === application.federatedToken) return undefined
      return refused('AADSTS700213', 'No matching federated identity record found.', 'invalid_client', 401)
    }
    if (application.certificate !== undefined && isSignedBy(assertion, application.certificate)) return undefined
    return refused('AADSTS700027', 'The certificate is not registered on application.', 'invalid_client', 401)
  }

  #issue(): Readonly<Record<string, unknown>> {
    const token = `token-${this.#tokens.size + 1}.${createHash('sha256').update(String(this.#tokens.size)).digest('hex')}`
    this.#tokens.set(token, { expiresAtMs: Date.now() + this.lifetimeSeconds * 1000, revoked: false })
    return { token_type: 'Bearer', expires_in: this.lifetimeSeconds, access_token: token }
  }

  #serveMetadata(request: Received): Answer {
    if (this.trouble) return this.trouble
    if (!/^\/metadata\/identity\/oauth2\/token\/?$/.test(request.path) || request.headers['metadata'] !== 'true') {
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: 'Required metadata header not specified' },
      }
    }
    const asked = ['client_id', 'object_id', 'msi_res_id', 'mi_res_id'].flatMap((name) => {
      const id = request.query.get(name)
      return id === null ? [] : [`${name}=${id}`]
    })[0]
    if (!this.identities.has(asked ?? '') || request.query.get('resource') !== 'https://vault.azure.net') {
      return { status: 400, body: { error: 'invalid_request', error_description: 'Identity not found' } }
    }
    const issued = this.#issue()
    return {
      body: {
        ...issued,
        expires_on: String(Math.floor(Date.now() / 1000) + this.lifetimeSeconds),
        resource: 'https://vault.azure.net',
      },
    }
  }
}

const refused = (code: string, text: string, error: string, status = 400): Answer => ({
  status,
  body: {
    error,
    error_description: `${code}: ${text} Trace ID: 0f Correlation ID: 1e Timestamp: 2026-11-23 12:00:00Z`,
    error_codes: [Number(code.slice(6))],
  },
})

/** A JWT whose signature is that of the certificate's key, and whose header names the certificate. */
function isSignedBy(assertion: string, certificate: string): boolean {
  const [header = '', payload = '', signature = ''] = assertion.split('.')
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: string }
  const padding = alg === 'PS256' ? { padding: 6, saltLength: 32 } : {}
  const key = new X509Certificate(certificate).publicKey
  return createVerify('sha256')
    .update(`${header}.${payload}`)
    .verify({ key, ...padding }, signature, 'base64url')
}
