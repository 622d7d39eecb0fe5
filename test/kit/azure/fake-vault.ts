import { z } from 'zod'
import { LoopbackServer } from '../loopback-server.js'
import type { Answer, Received } from '../loopback-server.js'
import { testCertificate } from '../test-certificate.js'
import type { FakeEntra } from './fake-entra.js'
import {
  answerOf,
  bundle,
  deletedBundle,
  deletedNotFound,
  disabled,
  errorAnswer,
  isBeingDeleted,
  isBeingRecovered,
  isDeleted,
  item,
  notFound,
  purgeProtected,
  purgeTooEarly,
  throttled,
} from './vault-answers.js'
import { VaultModel } from './vault-model.js'
import type { ModelSecret, ModelVersion } from './vault-model.js'

/** A request to misbehave: for the next `times` requests that match, the answer is this one, or the real one spoilt by it. */
export interface Fault {
  readonly method?: string
  readonly path: RegExp
  readonly times: number
  /** `instead`: the request has no effect. `after`: it has, and its answer is lost or spoilt. */
  readonly when: 'instead' | 'after'
  readonly answer: Answer
}

export interface VaultOptions {
  /** Every page of a listing is followed by an empty one. */
  readonly emptyPages?: boolean
  readonly purgeProtection?: boolean
  /** The service's own limits: 4,000 requests and 300 creations in 10 s. */
  readonly limits?: boolean
  readonly latencyMs?: number
}

const bodySchema = z.object({
  value: z.string().optional(),
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: z
    .object({ enabled: z.boolean().optional(), nbf: z.number().optional(), exp: z.number().optional() })
    .optional(),
})
type Body = z.output<typeof bodySchema>

const WINDOW_MS = 10_000
const PAGE = 25

/**
 * The secrets part of an Azure Key Vault, over TLS, built to the recorded answers of the real one: test/backends/azure/recorded.test.ts compares them. Tokens are those
 * of a `FakeEntra`.
 */
export class FakeVault {
  readonly model = new VaultModel()
  options: VaultOptions = {}
  /** Names of the permissions that callers lack, and the answer they get for it. */
  readonly denied = new Map<string, Answer>()
  #server: LoopbackServer | undefined
  #faults: { fault: Fault; left: number }[] = []
  readonly #windows = { all: [] as number[], creations: [] as number[] }

  private constructor(private readonly entra: FakeEntra) {}

  static async start(entra: FakeEntra, options: VaultOptions = {}): Promise<FakeVault> {
    const self = new FakeVault(entra)
    self.options = options
    self.#server = await LoopbackServer.start((request) => self.#serve(request), testCertificate)
    return self
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  get requests(): readonly Received[] {
    return this.#server?.requests ?? []
  }

  fault(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times })
  }

  /** No fault is left. */
  heal(): void {
    this.#faults = []
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }

  #serve(request: Received): Answer {
    const latency = this.options.latencyMs === undefined ? {} : { delayMs: this.options.latencyMs }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined || !this.entra.accepts(token)) return { ...latency, ...this.#challenge(token) }
    const fault = this.#faultFor(request)
    if (fault?.when === 'instead') return { ...latency, ...fault.answer }
    const answer = this.#limited(request) ?? this.#route(request)
    if (fault === undefined) return { ...latency, ...answer }
    return { ...latency, ...answer, ...fault.answer }
  }

  #challenge(token: string | undefined): Answer {
    const answer = errorAnswer(
      401,
      'Unauthorized',
      token === undefined
        ? 'AKV10000: Request is missing a Bearer or PoP token.'
        : 'AKV10032: Invalid issuer. Expected one of https://sts.windows.net/, found https://sts.windows.net/.',
    )
    const challenge = `Bearer authorization="${this.entra.authority}", resource="https://vault.azure.net"`
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } }
  }

  #faultFor(request: Received): Fault | undefined {
    const found = this.#faults.find(
      ({ fault, left }) =>
        left > 0 && fault.path.test(request.path) && (fault.method === undefined || fault.method === request.method),
    )
    if (found === undefined) return undefined
    found.left -= 1
    this.#faults = this.#faults.filter(({ left }) => left > 0)
    return found.fault
  }

  #limited({ method }: Received): Answer | undefined {
    if (this.options.limits !== true) return undefined
    const { all, creations } = this.#windows
    const now = Date.now()
    for (const window of [all, creations]) while ((window[0] ?? now) <= now - WINDOW_MS) window.shift()
    const creation = method === 'PUT'
    if (creation ? creations.length >= 300 : all.length >= 4000) return throttled()
    ;(creation ? creations : all).push(now)
    return undefined
  }

  #route(request: Received): Answer {
    const { method, path } = request
    const [room = '', name = '', third = ''] = path.split('/').slice(1).map(decodeURIComponent)
    if (request.query.get('api-version') === null) {
      return errorAnswer(400, 'BadParameter', 'api-version must be specified')
    }
    if (room === 'secrets' && name === 'restore' && method === 'POST') return this.#restore(request)
    if (room !== 'secrets' && room !== 'deletedsecrets') return errorAnswer(404, 'NotFound', 'no such path')
    if (name !== '' && !/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
      return errorAnswer(400, 'BadParameter', `The request URI contains an invalid name: ${name}`)
    }
    if (room === 'deletedsecrets') return this.#deletedRoute(method, name, third)
    if (name === '') return method === 'GET' ? this.#list(request) : notAllowed(method)
    if (method === 'GET' && third === 'versions') return this.#versions(request, name)
    if (method === 'GET') return this.#get(name, third)
    if (method === 'PUT') return this.#put(name, bodyOf(request))
    if (method === 'PATCH') return this.#patch(name, third, bodyOf(request))
    if (method === 'DELETE') return this.#delete(name)
    return notAllowed(method)
  }

  #get(name: string, id: string): Answer {
    const denied = this.denied.get('get')
    if (denied) return denied
    const secret = this.#present(name)
    const version = secret && versionOf(secret, id)
    if (secret === undefined || version === undefined) return notFound(id === '' ? name : `${name}/${id}`)
    if (!version.enabled) return disabled()
    return answerOf(200, bundle(this.url, secret, version, true))
  }

  #put(name: string, body: Body): Answer {
    const denied = this.denied.get('set')
    if (denied) return denied
    const known = this.model.find(name)
    if (known?.deletedAt !== undefined) {
      if (known.deletionSteps > 0) {
        known.deletionSteps -= 1
        return isBeingDeleted(name)
      }
      return isDeleted(name)
    }
    if (known !== undefined && known.recoverySteps > 0) {
      known.recoverySteps -= 1
      return isBeingRecovered(name)
    }
    if (this.model.stillPurging(name)) return isBeingDeleted(name)
    const { value, contentType, tags, attributes = {} } = body
    if (value === undefined) return errorAnswer(400, 'BadParameter', 'The property "value" is required')
    if (Buffer.byteLength(value) > 25_600) return errorAnswer(400, 'BadParameter', 'Secret value is too large')
    if (!tagsFit(tags)) return errorAnswer(400, 'BadParameter', 'Tags exceed the limits')
    const version = this.model.put(name, {
      value,
      ...(contentType === undefined ? {} : { contentType }),
      ...(tags === undefined ? {} : { tags }),
      ...(attributes.enabled === undefined ? {} : { enabled: attributes.enabled }),
      ...(attributes.nbf === undefined ? {} : { nbf: attributes.nbf }),
      ...(attributes.exp === undefined ? {} : { exp: attributes.exp }),
    })
    const secret = this.model.find(name)
    return secret ? answerOf(200, bundle(this.url, secret, version, true)) : notFound(name)
  }

  #patch(name: string, id: string, body: Body): Answer {
    const denied = this.denied.get('set')
    if (denied) return denied
    const secret = this.#present(name)
    const version = secret && versionOf(secret, id)
    if (secret === undefined || version === undefined) return notFound(name)
    if (!tagsFit(body.tags)) return errorAnswer(400, 'BadParameter', 'Tags exceed the limits')
    if (body.tags !== undefined) version.tags = body.tags
    version.enabled = body.attributes?.enabled ?? version.enabled
    version.nbf = body.attributes?.nbf ?? version.nbf
    version.exp = body.attributes?.exp ?? version.exp
    version.updated = this.model.seconds()
    return answerOf(200, bundle(this.url, secret, version, false))
  }

  #delete(name: string): Answer {
    const denied = this.denied.get('delete')
    if (denied) return denied
    const secret = this.model.find(name)
    if (secret?.deletedAt !== undefined && secret.deletionSteps > 0) return purgeTooEarly()
    const present = this.#present(name)
    if (present === undefined) return notFound(name)
    this.model.delete(present)
    return answerOf(200, deletedBundle(this.url, present, current(present)))
  }

  #deletedRoute(method: string, name: string, third: string): Answer {
    const secret = this.model.find(name)
    const deleted = secret?.deletedAt === undefined ? undefined : secret
    if (method === 'DELETE') return this.#purge(name, deleted)
    if (method === 'POST' && third === 'recover') {
      if (deleted === undefined) return notFound(name)
      this.model.recover(deleted)
      return answerOf(200, bundle(this.url, deleted, current(deleted), false))
    }
    const denied = this.denied.get('deleted')
    if (denied) return denied
    if (deleted === undefined) return deletedNotFound(name)
    if (deleted.deletionSteps > 0) {
      deleted.deletionSteps -= 1
      return deletedNotFound(name)
    }
    return answerOf(200, deletedBundle(this.url, deleted, current(deleted)))
  }

  #purge(name: string, deleted: ModelSecret | undefined): Answer {
    const denied = this.denied.get('purge')
    if (denied) return denied
    if (deleted === undefined) return deletedNotFound(name)
    if (deleted.deletionSteps > 0) {
      deleted.deletionSteps -= 1
      return purgeTooEarly()
    }
    if (this.options.purgeProtection === true) return purgeProtected('payments')
    this.model.purge(deleted)
    return answerOf(204, undefined)
  }

  #restore(request: Received): Answer {
    const blob = z.object({ value: z.string() }).safeParse(parsed(request.body)).data?.value ?? ''
    const name = /^blob-of-(.+)$/.exec(Buffer.from(blob, 'base64url').toString())?.[1]
    if (name === undefined) return errorAnswer(400, 'Malformed backup blob', 'Backup blob is corrupt.')
    const id = `${this.url}/secrets/${name}`
    if (this.model.stillPurging(name) || this.model.find(name) !== undefined) {
      return errorAnswer(
        409,
        'Conflict',
        `There was a conflict restoring the secret '${id}'. This can happen if either: the secret exists, or it was deleted.`,
      )
    }
    const version = this.model.put(name, { value: 'restored' })
    const secret = this.model.find(name)
    return secret ? answerOf(200, bundle(this.url, secret, version, false)) : notFound(name)
  }

  #list(request: Received): Answer {
    const denied = this.denied.get('list')
    if (denied) return denied
    const size = Math.min(PAGE, Number(request.query.get('maxresults') ?? PAGE))
    const token = Buffer.from(request.query.get('$skiptoken') ?? '', 'base64').toString()
    const [kind, last = ''] = token.split(':')
    const secrets = kind === 'empty' ? [] : this.model.page(last, size)
    const value = secrets.map((secret) => item(this.url, secret, current(secret), false))
    const next = secrets.at(-1)?.name ?? last
    const more = this.model.page(next, 1).length > 0
    // Short and empty pages with more to come are real.
    const empties = this.options.emptyPages === true && kind !== 'empty'
    return answerOf(200, {
      value,
      nextLink: more ? this.#link(request, `${empties ? 'empty' : 'after'}:${next}`) : null,
    })
  }

  #versions(request: Received, name: string): Answer {
    const denied = this.denied.get('list')
    if (denied) return denied
    const secret = this.#present(name)
    const versions = [...(secret?.versions ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
    const size = Math.min(PAGE, Number(request.query.get('maxresults') ?? PAGE))
    const last =
      Buffer.from(request.query.get('$skiptoken') ?? '', 'base64')
        .toString()
        .split(':')[1] ?? ''
    const rest = versions.filter(({ id }) => id > last)
    const page = rest.slice(0, size)
    const nextLink = rest.length > size ? this.#link(request, `after:${page.at(-1)?.id ?? ''}`) : null
    const value = secret === undefined ? [] : page.map((version) => item(this.url, secret, version, true))
    return answerOf(200, { value, nextLink })
  }

  #link(request: Received, token: string): string {
    const query = [
      `api-version=${request.query.get('api-version') ?? ''}`,
      `$skiptoken=${encodeURIComponent(Buffer.from(token).toString('base64'))}`,
      ...(request.query.has('maxresults') ? [`maxresults=${request.query.get('maxresults') ?? ''}`] : []),
    ]
    return `${this.url}${request.path}?${query.join('&')}`
  }

  #present(name: string): ModelSecret | undefined {
    const secret = this.model.find(name)
    if (secret === undefined || secret.deletedAt !== undefined) return undefined
    if (secret.recoverySteps > 0) {
      secret.recoverySteps -= 1
      return undefined
    }
    return secret
  }
}

const notAllowed = (method: string): Answer => errorAnswer(405, 'MethodNotAllowed', `HTTP ${method} not allowed`)

function current(secret: ModelSecret): ModelVersion {
  const version = secret.versions.at(-1)
  if (version === undefined) throw new Error('a secret without a version')
  return version
}

const versionOf = (secret: ModelSecret, id: string): ModelVersion | undefined =>
  id === '' ? current(secret) : secret.versions.find((version) => version.id === id)

const tagsFit = (tags: Record<string, string> | undefined): boolean =>
  tags === undefined ||
  (Object.keys(tags).length <= 15 &&
    Object.entries(tags).every(([name, value]) => name.length <= 512 && value.length <= 512))

const bodyOf = (request: Received): Body => bodySchema.safeParse(parsed(request.body)).data ?? {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
