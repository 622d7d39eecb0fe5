import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import type { Agent, Dispatcher } from 'undici'
import { KeywardError } from '../../core/errors.js'
import { osErrorCode } from '../common/disk.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Wiped by the caller once the answer is there. */
  readonly body?: Buffer
}

export interface HttpReply {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  /** May hold secrets: whoever gets it wipes it. */
  readonly body: Buffer
}

/** No whole answer came back. Holds the system's name of the problem and nothing that was sent. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault'

  constructor(
    /** e.g. `ECONNREFUSED`, `OVERSIZED`. */
    readonly code: string,
    /** `false`: certainly not one byte of the request left. */
    readonly sent: boolean,
  ) {
    super(code)
  }
}

export interface HttpOptions {
  readonly connections: number
  readonly maxBytes: number
  readonly caFile?: string | undefined
}

/** A connection that never stood has carried nothing. Names of certificate faults are added by their form. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

export const isCertificateFault = (code: string): boolean => CERTIFICATE.test(code)

const CONNECT_MS = 10_000
/** Below the idle time-outs that gateways use, so that it is we who close a connection. */
const IDLE_MS = 20_000

/** Keep-alive connections over TLS. Follows no redirect and repeats nothing; deadlines come with each request. */
export class Http {
  #agent: Promise<Agent> | undefined

  constructor(private readonly options: HttpOptions) {}

  /** @throws HttpFault */
  async exchange({ url, body, ...request }: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    this.#agent ??= this.#make()
    const agent = await this.#agent
    try {
      const {
        statusCode,
        headers,
        body: stream,
      } = await agent.request({
        ...{ ...request, origin: url.origin, path: `${url.pathname}${url.search}` },
        body: body ?? null,
        signal,
      })
      return { status: statusCode, headers, body: await this.#collect(stream) }
    } catch (thrown) {
      throw asFault(thrown)
    }
  }

  /** Ends what is underway. Safe to call twice. */
  async close(): Promise<void> {
    const agent = this.#agent
    this.#agent = undefined
    const made = await agent?.catch(() => undefined)
    await made?.destroy()
  }

  /** One buffer of its own; the pieces, which may hold secrets, are overwritten. */
  async #collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of stream) {
        if (!Buffer.isBuffer(chunk)) continue
        chunks.push(chunk)
        size += chunk.length
        if (size > this.options.maxBytes) throw new HttpFault('OVERSIZED', true)
      }
      const whole = Buffer.allocUnsafeSlow(size)
      let offset = 0
      for (const chunk of chunks) offset += chunk.copy(whole, offset)
      return whole
    } finally {
      for (const chunk of chunks) chunk.fill(0)
    }
  }

  async #make(): Promise<Agent> {
    const secureContext = await this.#context()
    const undici = await import('undici')
    return new undici.Agent({
      connections: this.options.connections,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      connect: { timeout: CONNECT_MS, ...(secureContext === undefined ? {} : { secureContext }) },
      // The deadline of the call covers headers and body.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** One for all connections: reading 150 certificates anew takes each connection longer than the rest of its start. */
  async #context(): Promise<SecureContext | undefined> {
    const { caFile } = this.options
    if (caFile === undefined) return undefined
    try {
      return createSecureContext({ ca: [...rootCertificates, await readFile(caFile, 'utf8')] })
    } catch (thrown) {
      throw new KeywardError(
        'FILE_UNREADABLE',
        `could not read ${caFile}: ${osErrorCode(thrown) ?? 'unexpected failure'}`,
        {
          advice: 'Check `tls.caFile` of the backend, and that the user that runs Keyward may read the file.',
          context: { path: caFile },
        },
      )
    }
  }
}

function asFault(thrown: unknown): HttpFault {
  if (thrown instanceof HttpFault) return thrown
  const code = osErrorCode(thrown)
  // Only what looks like a name: texts of foreign errors may quote what was sent.
  const name = code !== undefined && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'NETWORK'
  return new HttpFault(name, !NEVER_SENT.has(name) && !isCertificateFault(name))
}
