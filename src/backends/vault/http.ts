import { readFile } from 'node:fs/promises'
import type { Agent } from 'undici'
import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import { osErrorCode } from '../common/disk.js'

/** What node-vault hands to the function that sends its requests. `json` is the body, `signal` our own addition. */
export interface HttpRequest {
  readonly uri: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly signal: AbortSignal
}

/** What node-vault takes for an answer, and the headers, which it does not know. */
export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** `undefined` when there is none, or when it is no JSON: the text could be anything, so it is not kept. */
  readonly body: unknown
  /** There was a body and it was no JSON. */
  readonly foreign: boolean
}

export interface TlsSettings {
  readonly caFile?: string | undefined
  readonly serverName?: string | undefined
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
  /** Fetches the passphrase of the key when the files are read. The caller of it wipes the secret. */
  readonly passphrase?: (() => Promise<Secret>) | undefined
}

/** A list of 100,000 names has 4 MB; details come in pages. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20
const IDLE_MS = 20_000
const CONNECT_MS = 5000

/**
 * Keep-alive connections under one set of certificates. Follows no redirect and repeats nothing. It takes the place of the HTTP library inside node-vault, which
 * gives no headers, cannot be interrupted, follows a redirect with the token to wherever it leads, and puts requests and answers into its errors.
 */
export class Http {
  #agent: Promise<Agent> | undefined

  constructor(
    private readonly tls: TlsSettings,
    private readonly connections: number,
  ) {}

  /** @throws whatever the connection failed with; an error of the abort signal. */
  async send({ uri, method, headers, json, signal }: HttpRequest): Promise<HttpAnswer> {
    const agent = await (this.#agent ??= this.#open())
    const { request } = await import('undici')
    const body = json === undefined ? {} : { body: JSON.stringify(json) }
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await request(uri, {
      ...{ dispatcher: agent, method, signal, headers: { ...type, ...headers } },
      ...body,
    })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    try {
      return { statusCode: answer.statusCode, headers: answer.headers, ...parsed(bytes) }
    } finally {
      bytes.fill(0)
    }
  }

  /** Reads certificates and key again before the next request: they may have been replaced. Requests underway end on the old connections. */
  async renew(): Promise<void> {
    const old = this.#agent
    this.#agent = undefined
    if (old !== undefined) {
      void old.then((agent) => agent.close()).catch(() => undefined)
    }
    await (this.#agent = this.#open())
  }

  /** Ends all connections. Safe to call twice. */
  async close(): Promise<void> {
    const agent = await this.#agent?.catch(() => undefined)
    this.#agent = undefined
    await agent?.destroy()
  }

  async #open(): Promise<Agent> {
    try {
      return await this.#agentOf()
    } catch (thrown) {
      this.#agent = undefined
      throw thrown
    }
  }

  async #agentOf(): Promise<Agent> {
    const { caFile, certificateFile, keyFile, serverName } = this.tls
    const [{ Agent }, ca, cert, key] = await Promise.all([
      import('undici'),
      caFile === undefined ? undefined : pemOf(caFile, 'the CA certificates'),
      certificateFile === undefined ? undefined : pemOf(certificateFile, 'the client certificate'),
      keyFile === undefined ? undefined : pemOf(keyFile, 'the key of the client certificate'),
    ])
    const passphrase = key === undefined ? undefined : await this.tls.passphrase?.()
    try {
      return new Agent({
        connections: this.connections,
        pipelining: 1,
        keepAliveTimeout: IDLE_MS,
        maxResponseSize: MAX_ANSWER_BYTES,
        // The deadline of the call covers these.
        ...{ headersTimeout: 0, bodyTimeout: 0 },
        connect: {
          timeout: CONNECT_MS,
          ...(ca === undefined ? {} : { ca }),
          ...(cert === undefined ? {} : { cert }),
          ...(key === undefined ? {} : { key }),
          ...(passphrase === undefined ? {} : { passphrase: passphrase.text() }),
          ...(serverName === undefined ? {} : { servername: serverName }),
        },
      })
    } finally {
      passphrase?.wipe()
    }
  }
}

function parsed(bytes: Buffer): { readonly body: unknown; readonly foreign: boolean } {
  if (bytes.length === 0) return { body: undefined, foreign: false }
  try {
    return { body: JSON.parse(bytes.toString('utf8')) as unknown, foreign: false }
  } catch {
    return { body: undefined, foreign: true } // The parser's message would quote the answer.
  }
}

async function pemOf(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (thrown) {
    throw new KeywardError('CONFIG_INVALID', `cannot read ${what}: ${path} (${osErrorCode(thrown) ?? 'unexpected'})`, {
      advice: 'Check `backend.tls` and `backend.auth` of the configuration, and the rights of the file.',
    })
  }
}
