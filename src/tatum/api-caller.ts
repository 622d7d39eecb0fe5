import { KeywardError } from '../core/errors.js'
import { apiError, malformed, worthRepeating } from './api-errors.js'
import { ApiKey } from './api-key.js'
import { withDeadline } from '../core/deadline.js'
import { parseJson } from './error-words.js'
import { HttpTransport } from './http-transport.js'
import type { Exchanged, HttpReply, HttpRequest } from './http-transport.js'
import type { TatumApiOptions } from './options.js'
import { withRetries } from './retry.js'
import type { RetryPolicy } from './retry.js'

/** Answers other than lists of pending transactions are small. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024

/** A call below the base address. `path` may hold `{apiKey}`, which is filled when it is sent. */
export interface ApiCall {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  readonly maxBytes?: number
}

export const jsonBody = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), 'utf8')

/** Makes calls: address, credentials, deadline, retries. What a call means is the client's business. */
export class ApiCaller {
  readonly key: ApiKey
  readonly #base: URL
  readonly #transport: HttpTransport
  readonly #policy: RetryPolicy
  readonly #userAgent: string

  /** @throws KeywardError CONFIG_INVALID for an address or key that cannot be used. */
  constructor(options: TatumApiOptions) {
    this.#base = parseBase(options.url)
    this.key = new ApiKey(options.key)
    this.#transport = new HttpTransport(this.#base.origin, options.connections)
    const { deadlineMs, retries, retryDelayMs, clock, log, random = Math.random } = options
    this.#policy = { deadlineMs, retries, retryDelayMs, clock, log, random }
    this.#userAgent = `keyward/${options.clientVersion}`
  }

  /**
   * A call that may be repeated.
   * @returns the first answer with a 2xx status. @throws KeywardError API_*, API_KEY_MISSING, INTERRUPTED
   */
  async repeatable(call: ApiCall, signal?: AbortSignal): Promise<HttpReply> {
    return this.#success(call, await this.#make(call, worthRepeating, signal))
  }

  /** As `repeatable`. @returns the parsed body. @throws KeywardError API_REPLY_MALFORMED when the body is not JSON. */
  async json(call: ApiCall, signal?: AbortSignal): Promise<unknown> {
    return this.parse(call, await this.repeatable(call, signal))
  }

  /** As `json`, for a call that must reach the server at most once: see `once`. */
  async jsonOnce(call: ApiCall, signal?: AbortSignal): Promise<unknown> {
    return this.parse(call, this.#success(call, await this.once(call, signal)))
  }

  parse(call: ApiCall, reply: HttpReply): unknown {
    const parsed = parseJson(reply.body)
    if (parsed === undefined) throw malformed(call, 'something that is not JSON', reply.status)
    return parsed.value
  }

  /**
   * A call that must reach the server at most once: made again only while no connection could be had, so that not one byte of it has left.
   * @returns what happened; throws only for a call that cannot be made at all.
   */
  once(call: ApiCall, signal?: AbortSignal): Promise<Exchanged> {
    return this.#make(
      call,
      (outcome) => outcome.kind === 'failure' && outcome.reason === 'network' && !outcome.sent,
      signal,
    )
  }

  #success(call: ApiCall, outcome: Exchanged): HttpReply {
    if (outcome.kind === 'reply' && outcome.status >= 200 && outcome.status < 300) return outcome
    throw apiError(call, outcome, this.key, this.#policy.clock.now())
  }

  async close(): Promise<void> {
    await this.#transport.close()
    this.key.wipe()
  }

  async #make(call: ApiCall, mayRepeat: (outcome: Exchanged) => boolean, signal?: AbortSignal): Promise<Exchanged> {
    checkPath(call.path)
    return withDeadline(this.#policy.deadlineMs, signal, (deadline) =>
      withRetries(
        this.#policy,
        deadline,
        call.path,
        () => this.#transport.exchange(() => this.#request(call), deadline),
        mayRepeat,
      ),
    )
  }

  #request(call: ApiCall): HttpRequest {
    const prefix = this.#base.pathname.replace(/\/+$/, '')
    return {
      method: call.method,
      path: prefix + this.key.fill(call.path),
      maxBytes: call.maxBytes ?? MAX_REPLY_BYTES,
      headers: {
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.key.header(),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: call.body }),
    }
  }
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
  if (url && plain) return url
  throw new KeywardError('CONFIG_INVALID', 'the address of the Tatum API is not a plain http or https address', {
    advice: 'Write it like https://api.tatum.io: no user, password, query or fragment.',
  })
}

/** Parts of a path can come from a transaction; none may lead elsewhere. VeChain's nodes have the star in the path of a call. */
function checkPath(path: string): void {
  const [place = ''] = path.split('?')
  const clean = /^(\/[A-Za-z0-9._~%:@{}*-]+)+(\?[A-Za-z0-9._~%:@=&,/-]*)?$/.test(path)
  if (clean && !place.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part) || /%(2f|5c|00)/i.test(part))) return
  throw new KeywardError(
    'TRANSACTION_MALFORMED',
    'a look-up was asked for with an address or id that cannot stand in a path',
  )
}
