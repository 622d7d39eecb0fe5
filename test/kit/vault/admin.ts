import { Agent, request } from 'undici'
import type { OpenBao } from '../../servers/servers.js'

export interface AdminAnswer {
  readonly status: number
  readonly body: unknown
}

/** The operator of a real server, over plain HTTP: prepares mounts, policies and sign-in methods, and breaks things. */
export class Admin {
  readonly #agent: Agent

  constructor(
    readonly server: OpenBao,
    readonly namespace?: string,
  ) {
    this.#agent = new Agent({ connect: server.ca === undefined ? {} : { ca: server.ca } })
  }

  in(namespace: string): Admin {
    return new Admin(this.server, namespace)
  }

  /** @throws Error with the server's text when it refuses. */
  async ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    token = this.server.rootToken,
  ): Promise<unknown> {
    const answer = await this.try(method, path, body, { 'x-vault-token': token })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async try(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<AdminAnswer> {
    const answer = await request(`${this.server.url}/v1/${path}`, {
      dispatcher: this.#agent,
      method,
      headers: { ...headers, ...(this.namespace === undefined ? {} : { 'x-vault-namespace': this.namespace }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** A fresh KV mount. */
  async mount(path: string, version: '1' | '2' = '2'): Promise<void> {
    await this.ask('POST', `sys/mounts/${path}`, { type: 'kv', options: { version } })
  }

  async policy(name: string, policy: string): Promise<void> {
    await this.ask('POST', `sys/policies/acl/${name}`, { policy })
  }

  /** A token with these policies. */
  async token(policies: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await this.ask('POST', 'auth/token/create', { policies, ...more })
    return textAt(answer, 'auth', 'client_token')
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }
}

/** A text somewhere in an answer. */
export function textAt(answer: unknown, ...keys: readonly string[]): string {
  let value = answer
  for (const key of keys) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  if (typeof value !== 'string') throw new Error(`the answer has no text at ${keys.join('.')}`)
  return value
}

/** The policy of docs/backends/vault.md. */
export const walletPolicy = (mount: string, prefix: string): string => `
path "${mount}/data/${prefix}/*" { capabilities = ["create", "read", "delete"] }
path "${mount}/metadata/${prefix}/*" { capabilities = ["read", "list", "update", "delete"] }
path "${mount}/detailed-metadata/${prefix}/*" { capabilities = ["list"] }
`
