import type { client as NodeVaultClient } from 'node-vault'
import type { Secret } from '../../core/secret.js'
import { Http } from './http.js'
import type { HttpAnswer, HttpRequest, TlsSettings } from './http.js'
import { neverSent } from './connection-failure.js'
import { misdirected, unusable } from './errors.js'

export interface VaultRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/v1/`, as plain segments: they are encoded here. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Absent: asked without a token. */
  readonly token?: Secret
  /** Absent: that of the connection. `''`: the root, where the server tells about itself. */
  readonly namespace?: string
}

export interface VaultAnswer {
  readonly status: number
  readonly body: unknown
}

export interface ClientOptions {
  readonly addresses: readonly string[]
  readonly namespace?: string | undefined
  readonly tls: TlsSettings
  readonly connections: number
}

/** A standby sends to the active server; more than that is a loop. */
const MAX_REDIRECTS = 3
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308])

/** Answers that make the next server worth asking. */
const NEXT_SERVER: ReadonlySet<number> = new Set([472, 501, 503])

interface Server {
  readonly base: string
  readonly vault: NodeVaultClient
}

/**
 * One cluster of HashiCorp Vault or OpenBao, through node-vault. The library forms requests; sending them, looking at the answer, renewing tokens and encoding
 * paths are ours, as it prints secrets under DEBUG, drops headers, mangles names and takes tokens from the environment: docs/adr/0023-vault.md.
 */
export class VaultClient {
  readonly #http: Http
  #servers: Promise<readonly Server[]> | undefined
  #first = 0

  constructor(private readonly options: ClientOptions) {
    this.#http = new Http(options.tls, options.connections)
  }

  /**
   * Sends one request to the server that answered last, and to the next one when that cannot be reached or is out of service.
   * @returns the answer with a status below 500 other than a redirect, 412, 429, 472 and 473; those and lost connections are thrown for `failureOf`.
   */
  async send(request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer> {
    const answer = await this.#tried(request, signal)
    const problem = unusable(answer)
    if (problem !== undefined) throw problem
    return { status: answer.statusCode, body: answer.body }
  }

  /** As `send`, but any status is an answer: for the server's account of its own health. */
  async look(request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer> {
    const { statusCode, body } = await this.#tried(request, signal)
    return { status: statusCode, body }
  }

  /** Takes up certificates that were replaced on disk. */
  renewCertificates(): Promise<void> {
    return this.#http.renew()
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #tried(request: VaultRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const servers = await (this.#servers ??= this.#open())
    let refused: HttpAnswer | undefined
    for (let tried = 1; ; tried += 1) {
      const server = servers[this.#first % servers.length]
      if (server === undefined) throw new Error('no server is configured')
      const last = tried >= servers.length
      try {
        const answer = await this.#followed(servers, server, request, signal)
        if (last || !NEXT_SERVER.has(answer.statusCode)) return answer
        refused = answer
        this.#leave(server, servers)
      } catch (thrown) {
        // Another server is first from now on, even if this request may have arrived and is not sent again here.
        this.#leave(server, servers)
        if (signal.aborted || !neverSent(thrown)) throw thrown
        // That one is sealed says more than that another cannot be reached.
        if (last && refused !== undefined) return refused
        if (last) throw thrown
      }
    }
  }

  /** Of many requests underway when a server fails, the first moves all to the next server. */
  #leave(server: Server, servers: readonly Server[]): void {
    if (servers[this.#first % servers.length] === server) this.#first += 1
  }

  async #followed(
    servers: readonly Server[],
    server: Server,
    request: VaultRequest,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    let answer = await this.#asked(server, request, signal)
    for (let hops = 0; hops < MAX_REDIRECTS && REDIRECTS.has(answer.statusCode); hops += 1) {
      const target = redirectTarget(answer, servers, server)
      answer = await this.#asked(target, request, signal)
    }
    return answer
  }

  async #asked({ vault }: Server, request: VaultRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const namespace = request.namespace ?? this.options.namespace ?? ''
    const options = {
      method: request.method,
      path: `/${request.path.map(encodeURIComponent).join('/')}${queryText(request.query)}`,
      headers: {
        // Proxies of both products ask for it as a protection against forged requests.
        'X-Vault-Request': 'true',
        ...(request.token === undefined ? {} : { 'X-Vault-Token': request.token.text() }),
        ...(namespace === '' ? {} : { 'X-Vault-Namespace': namespace }),
      },
      ...(request.body === undefined ? {} : { json: request.body }),
      signal,
    }
    // The library says nothing about the type; what comes back is what our own sender gave.
    return (await vault.request(options)) as HttpAnswer
  }

  async #open(): Promise<readonly Server[]> {
    const { default: nodeVault } = await import('node-vault')
    return this.options.addresses.map((address) => {
      const base = address.replace(/\/+$/, '')
      const vault = nodeVault({
        endpoint: base,
        apiVersion: 'v1',
        noCustomHTTPVerbs: true,
        debug: () => undefined,
        'request-promise': { defaults: () => (request: HttpRequest) => this.#http.send(request) },
      })
      // Whole answers, also of failures; and nothing that VAULT_TOKEN, VAULT_NAMESPACE or VAULT_PREFIX of the environment say.
      Object.assign(vault, {
        ...{ token: '', namespace: '', pathPrefix: '' },
        handleVaultResponse: (answer: HttpAnswer) => answer,
      })
      return { base, vault }
    })
  }
}

/** @returns the configured server that a redirect leads to. The token goes to no other. @throws KeywardError */
function redirectTarget(answer: HttpAnswer, servers: readonly Server[], from: Server): Server {
  const { location } = answer.headers
  const text = typeof location === 'string' ? location : ''
  const url = URL.canParse(text, from.base) ? new URL(text, from.base) : undefined
  const target = servers.find(({ base }) => new URL(base).origin === url?.origin)
  if (target === undefined) throw misdirected(from.base, url?.origin)
  return target
}

function queryText(query: VaultRequest['query']): string {
  return query === undefined ? '' : `?${new URLSearchParams(query).toString()}`
}
