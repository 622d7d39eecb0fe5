import type { Answer, Received } from '../loopback-server.js'
import { LoopbackServer } from '../loopback-server.js'
import { testCertificate } from '../test-certificate.js'
import { FakeKv } from './fake-kv.js'
import type { KvAnswer } from './fake-kv.js'
import { capabilitiesAt, FakeTokens } from './fake-tokens.js'
import type { Grant, TokenFacts } from './fake-tokens.js'

export const ROOT = 'hvs.root-of-the-fake'

export interface FakeVaultOptions {
  /** OpenBao tells labels in its listings. */
  readonly flavour?: 'vault' | 'openbao'
  readonly tls?: boolean
  /** A client certificate is asked for, and its name is what the sign-in by certificate looks at. */
  readonly clientCa?: string
}

export type State = 'active' | 'standby' | 'sealed' | 'uninitialised' | 'disaster-recovery' | 'performance-standby'

/**
 * Speaks the protocol of HashiCorp Vault and of OpenBao: KV of both versions, sign-in by token, AppRole, Kubernetes, JWT and certificate, wrapping, policies,
 * namespaces, quotas, sealing. `before` answers in its place, `after` spoils an answer whose work is done.
 */
export class FakeVault {
  readonly mounts = new Map<string, FakeKv>()
  readonly tokens: FakeTokens
  state: State = 'active'
  /** Where a standby sends its clients; without it, it forwards their requests as most do. */
  activeAt: string | undefined
  /** Requests that a rate-limit quota lets through from now on; `undefined`: all. */
  quota: { left: number; retryAfter?: number } | undefined
  before: (request: Received) => Answer | undefined = () => undefined
  after: (request: Received, answer: Answer) => Answer = (_, answer) => answer
  #skippedMs = 0

  private constructor(
    readonly options: FakeVaultOptions,
    private server?: LoopbackServer,
  ) {
    this.tokens = new FakeTokens(() => this.now())
    this.tokens.issue({ grants: 'root' }, ROOT)
    this.mount('secret')
  }

  static async start(options: FakeVaultOptions = {}): Promise<FakeVault> {
    const fake = new FakeVault(options)
    const tls = options.tls === true ? { tls: { ...testCertificate, ...clientOptions(options.clientCa) } } : {}
    fake.server = await LoopbackServer.start((request) => fake.#answer(request), tls.tls)
    return fake
  }

  get url(): string {
    return this.#server.url
  }

  /** Every request that arrived. */
  get requests(): readonly Received[] {
    return this.#server.requests
  }

  get connections(): number {
    return this.#server.connections
  }

  now(): number {
    return Date.now() + this.#skippedMs
  }

  /** Lets time pass for tokens. */
  pass(seconds: number): void {
    this.#skippedMs += seconds * 1000
  }

  /** @param namespace the mount's; absent: the root. */
  mount(path: string, version: 1 | 2 = 2, namespace = ''): FakeKv {
    const kv = new FakeKv(version, () => this.now())
    this.mounts.set(`${namespace}|${path}`, kv)
    return kv
  }

  kv(path = 'secret', namespace = ''): FakeKv {
    const kv = this.mounts.get(`${namespace}|${path}`)
    if (kv === undefined) throw new Error(`the fake has no mount ${path}`)
    return kv
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  get #server(): LoopbackServer {
    if (this.server === undefined) throw new Error('the fake has not been started')
    return this.server
  }

  #answer(request: Received): Answer {
    const instead = this.before(request)
    if (instead !== undefined) return instead
    return this.after(request, this.#served(request))
  }

  #served(request: Received): Answer {
    const path = request.path
      .replace(/^\/v1\//, '')
      .split('/')
      .map(decodeURIComponent)
      .join('/')
    if (path === 'sys/health') return this.#health(request.query)
    const refusal = this.#refusal(request)
    if (refusal !== undefined) return refusal
    const { 'x-vault-namespace': given } = request.headers
    const namespace = typeof given === 'string' ? given : ''
    if (namespace !== '' && ![...this.mounts.keys()].some((key) => key.startsWith(`${namespace}|`))) {
      return errors(404, 'namespace not found')
    }
    if (path.startsWith('auth/') && path.endsWith('/login')) return this.#login(path, request)
    return this.#authorised(path, namespace, request)
  }

  /** What a server says to every request while it is not in service. */
  #refusal({ target }: Received): Answer | undefined {
    if (this.state === 'sealed') return errors(503, 'Vault is sealed')
    if (this.state === 'uninitialised') return errors(503, 'server is not yet initialized')
    if (this.state === 'disaster-recovery') return errors(472, 'path disabled in replication DR secondary mode')
    if (this.state === 'standby' && this.activeAt !== undefined) {
      return { status: 307, headers: { location: `${this.activeAt}${target}` } }
    }
    if (this.quota === undefined) return undefined
    if (this.quota.left > 0) {
      this.quota.left -= 1
      return undefined
    }
    const { retryAfter } = this.quota
    const headers = retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }
    return { ...errors(429, 'request path "secret/": rate limit quota exceeded'), ...headers }
  }

  #health(query: URLSearchParams): Answer {
    const standbyOk = query.get('standbyok') === 'true'
    const status = {
      ...{ active: 200, standby: standbyOk ? 200 : 429, 'performance-standby': 473 },
      ...{ sealed: 503, uninitialised: 501, 'disaster-recovery': 472 },
    }[this.state]
    const sealed = this.state === 'sealed' || this.state === 'uninitialised'
    return { status, body: { initialized: this.state !== 'uninitialised', sealed, standby: this.state === 'standby' } }
  }

  #login(path: string, { body, clientName }: Received): Answer {
    const mount = path.split('/').slice(1, -1).join('/')
    const sent = parsed(body) as Record<string, string>
    const auth = this.tokens.login(mount, clientName === undefined ? sent : { ...sent, certificate: clientName })
    if (auth !== undefined) return { body: { auth } }
    return errors(400, mount.startsWith('approle') ? 'invalid role or secret ID' : 'error validating token')
  }

  #authorised(path: string, namespace: string, request: Received): Answer {
    const { 'x-vault-token': name } = request.headers
    const text = typeof name === 'string' ? name : undefined
    const unwrapping = path === 'sys/wrapping/lookup' || path === 'sys/wrapping/unwrap'
    if (unwrapping) return this.#wrapping(path, request, text)
    const token = this.tokens.use(text, namespace)
    if (token === undefined || text === undefined) {
      return errors(403, '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n')
    }
    const mount = this.#mountOf(path, namespace)
    if (path.startsWith('sys/internal/ui/mounts/')) return this.#preflight(path.slice(23), namespace, token)
    const wanted = capability(request, mount?.kv, mount?.inside)
    const granted = capabilitiesAt(token, path)
    if (!granted.includes(wanted) && !granted.includes('root')) {
      return errors(403, '1 error occurred:\n\t* permission denied\n\n')
    }
    return this.#own(path, request, text, token) ?? (mount ? this.#kv(mount, request) : noRoute(path))
  }

  #own(path: string, { body }: Received, name: string, token: TokenFacts): Answer | undefined {
    if (path === 'auth/token/lookup-self') return { body: { data: this.tokens.lookup(name) } }
    if (path === 'auth/token/renew-self') {
      const auth = this.tokens.renew(name)
      return auth === undefined ? errors(400, 'lease is not renewable') : { body: { auth } }
    }
    if (path !== 'sys/capabilities-self') return undefined
    const { paths } = parsed(body) as { paths: string[] }
    const list = paths.map((one) => [one, capabilitiesAt(token, one)] as const)
    return { body: { data: Object.fromEntries(list.map(([one, may]) => [one, may.length > 0 ? may : ['deny']])) } }
  }

  #wrapping(path: string, { body }: Received, token: string | undefined): Answer {
    const { token: given = token ?? '' } = parsed(body) as { token?: string }
    const wrapped = this.tokens.wrapped(given)
    if (wrapped === undefined) return errors(400, 'wrapping token is not valid or does not exist')
    if (path.endsWith('lookup')) return { body: { data: { creation_path: wrapped.creationPath } } }
    return { body: { data: this.tokens.unwrap(given) } }
  }

  #preflight(path: string, namespace: string, token: TokenFacts): Answer {
    const mount = this.#mountOf(path, namespace)
    const seen = mount && (token.grants === 'root' || token.grants.some((grant) => grant.path.startsWith(mount.path)))
    if (!mount || seen !== true) return errors(403, 'preflight capability check returned 403')
    const engine = this.options.flavour === 'openbao' ? 'v2.7.2+builtin.bao' : 'v0.21.0+builtin'
    const data = { type: 'kv', path: `${mount.path}/`, running_plugin_version: engine }
    return { body: { data: { ...data, options: { version: String(mount.kv.version) } } } }
  }

  #mountOf(path: string, namespace: string): Mounted | undefined {
    const parts = path.split('/')
    for (let length = parts.length; length > 0; length -= 1) {
      const at = parts.slice(0, length).join('/')
      const kv = this.mounts.get(`${namespace}|${at}`)
      if (kv) return { kv, path: at, inside: parts.slice(length).join('/') }
    }
    return undefined
  }

  #kv({ kv, inside }: Mounted, request: Received): Answer {
    const [part = '', ...rest] = inside.split('/')
    const path = rest.join('/')
    const body = parsed(request.body) as Record<string, unknown>
    if (kv.version === 1) return answered(version1(kv, inside, request, body))
    const versions = Array.isArray(body['versions']) ? body['versions'].map(Number) : []
    const listing = request.query.get('list') === 'true'
    switch (`${listing ? 'LIST' : request.method} ${part}`) {
      case 'GET data':
        return answered(kv.read(path))
      case 'POST data':
        return answered(
          kv.write(
            path,
            body['data'] as Record<string, unknown>,
            (body['options'] as { cas?: number } | undefined)?.cas,
          ),
        )
      case 'DELETE data':
        return answered(kv.delete(path))
      case 'POST delete':
        return answered(kv.delete(path, versions))
      case 'POST undelete':
        return answered(kv.undelete(path, versions))
      case 'POST destroy':
      case 'PUT destroy':
        return answered(kv.destroy(path, versions))
      case 'GET metadata':
        return answered(kv.metadata(path))
      case 'POST metadata':
        return answered(kv.label(path, body['custom_metadata'] as Record<string, string>))
      case 'DELETE metadata':
        return answered(kv.purge(path))
      case 'LIST metadata':
        return answered(kv.list(path))
      case 'LIST detailed-metadata':
        if (this.options.flavour !== 'openbao') return errors(404)
        return answered(kv.details(path, request.query.get('after') ?? '', Number(request.query.get('limit') ?? 0)))
      default:
        return errors(405, 'unsupported operation')
    }
  }
}

interface Mounted {
  readonly kv: FakeKv
  readonly path: string
  /** What is behind the mount. */
  readonly inside: string
}

/** What the policy of docs/backends/vault.md grants. */
export const walletGrants = (mount = 'secret', prefix = 'keyward/wallets'): Grant[] => [
  { path: `${mount}/data/${prefix}/*`, capabilities: ['create', 'read', 'delete'] },
  { path: `${mount}/metadata/${prefix}/*`, capabilities: ['read', 'list', 'update', 'delete'] },
  { path: `${mount}/detailed-metadata/${prefix}/*`, capabilities: ['list'] },
]

/** Version 1 has no versions, no check and no deleted entries: a value is the body itself. */
function version1(kv: FakeKv, path: string, { method, query }: Received, body: Record<string, unknown>): KvAnswer {
  if (query.get('list') === 'true') return kv.list(path.endsWith('/') ? path : `${path}/`)
  if (method === 'POST') {
    kv.put(path, body)
    return { status: 204 }
  }
  if (method === 'DELETE') return kv.purge(path)
  const data = kv.peek(path)
  return data === undefined ? { status: 404, body: { errors: [] } } : { status: 200, body: { data } }
}

/** The word of the policy language for a request. Writing data is `create` where nothing is and `update` where something is. */
function capability({ method, query }: Received, kv: FakeKv | undefined, inside = ''): string {
  if (query.get('list') === 'true') return 'list'
  if (method === 'GET') return 'read'
  if (method === 'DELETE') return 'delete'
  const [part, ...rest] = inside.split('/')
  return kv !== undefined && part === 'data' && !kv.has(rest.join('/')) ? 'create' : 'update'
}

const errors = (status: number, ...texts: string[]): Answer => ({ status, body: { errors: texts } })
const noRoute = (path: string): Answer => errors(404, `no handler for route "${path}". route entry not found.`)
const answered = ({ status, body }: KvAnswer): Answer => (body === undefined ? { status } : { status, body })
const clientOptions = (ca: string | undefined): { ca?: string; requestCert?: true; rejectUnauthorized?: false } =>
  ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false }

function parsed(body: string): unknown {
  return body === '' ? {} : JSON.parse(body)
}
