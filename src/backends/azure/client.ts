import type { SecretClient, SecretProperties } from '@azure/keyvault-secrets'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import { newSignatureId } from '../../core/ids.js'
import type { Log } from '../../core/log.js'
import type { Secret } from '../../core/secret.js'
import type { SecretSource } from '../../core/secret-reference.js'
import { RemoteCalls } from '../common/remote-calls.js'
import type { CallPolicy } from '../common/remote-calls.js'
import type { AzureConnection } from './config.js'
import { failures } from './errors.js'
import { policyOf } from './limits.js'
import type { AzureCall } from './limits.js'
import { Exchanges } from './pipeline.js'
import type { Exchange } from './pipeline.js'
import { deletedFactsOf, factsOf, listedOf, readOf } from './sdk-shapes.js'
import { ServiceFailure, serviceFailure } from './service-failure.js'
import type { Permission } from './service-failure.js'
import { SignInFailure } from './sign-in/credential.js'
import { signInWith } from './sign-in/sign-in.js'
import { trustStep } from './trust.js'
import type {
  DeletedFacts,
  ListedSecret,
  ReadVersion,
  Tags,
  VaultClient,
  VersionChange,
  VersionFacts,
} from './vault-client.js'

export const CONTENT_TYPE = 'application/vnd.keyward.wallet+json;v=1'
/** For `ping` and the look at the list at start. */
const ONE_ITEM = { maxPageSize: 1 }

export interface ClientTools {
  readonly secrets: SecretSource
  readonly clock: Clock
  readonly log: Log
}

interface Request {
  readonly what: string
  readonly kind?: AzureCall
  readonly permission: Permission
  readonly signal?: AbortSignal | undefined
}

type Send<T> = (client: SecretClient, abortSignal: AbortSignal, exchange: Exchange) => Promise<T>

/** The only file that touches the client library of Key Vault. */
export class AzureClient implements VaultClient {
  readonly #calls: RemoteCalls<AzureCall>
  readonly #exchanges = new Exchanges()
  readonly #policy: CallPolicy<AzureCall>
  #session: Promise<SecretClient> | undefined
  /** Counts how often the token was refused. */
  #generation = 0
  #seesDeleted = false

  constructor(
    private readonly connection: AzureConnection,
    private readonly tools: ClientTools,
  ) {
    const { clock, log } = tools
    this.#policy = policyOf(connection)
    this.#calls = new RemoteCalls(this.#policy, { clock, log, failureOf: failures(connection.vaultUrl) })
  }

  get seesDeleted(): boolean {
    return this.#seesDeleted
  }

  async open(signal?: AbortSignal): Promise<void> {
    const probe = probeName()
    await this.#absent(
      { what: 'look whether secrets may be read', permission: 'get', signal },
      async (client, abortSignal) => {
        await client.getSecret(probe, { abortSignal })
      },
    )
    await this.ping(signal)
    this.#seesDeleted = await this.#mayLookAtDeleted(probe, signal)
  }

  async close(): Promise<void> {
    this.#calls.close()
    this.#session = undefined
    return Promise.resolve()
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.#send({ what: 'list secrets', permission: 'list', signal }, async (client, abortSignal) => {
      await client.listPropertiesOfSecrets({ abortSignal }).byPage(ONE_ITEM).next()
    })
  }

  async read(name: string, version?: string): Promise<ReadVersion> {
    return this.#send({ what: `read secret ${name}`, permission: 'get' }, async (client, abortSignal) => {
      return readOf(await client.getSecret(name, { abortSignal, ...(version === undefined ? {} : { version }) }))
    })
  }

  async put(name: string, value: Secret, tags: Tags): Promise<VersionFacts> {
    // A repeat makes a second version with the same value and claim, which is harmless: claims.ts.
    return this.#send(
      { what: `store secret ${name}`, kind: 'create', permission: 'set' },
      async (client, abortSignal) => {
        const options = { abortSignal, tags: { ...tags }, contentType: CONTENT_TYPE }
        return factsOf((await client.setSecret(name, value.text(), options)).properties)
      },
    )
  }

  async change(name: string, version: string, { tags, enabled, notBeforeMs }: VersionChange): Promise<VersionFacts> {
    const attributes = {
      ...(tags === undefined ? {} : { tags: { ...tags } }),
      ...(enabled === undefined ? {} : { enabled }),
      ...(notBeforeMs === undefined ? {} : { notBefore: new Date(notBeforeMs) }),
    }
    return this.#send({ what: `mark secret ${name}`, permission: 'set' }, async (client, abortSignal) =>
      factsOf(await client.updateSecretProperties(name, version, { ...attributes, abortSignal })),
    )
  }

  async versions(name: string): Promise<readonly VersionFacts[]> {
    const request: Request = { what: `list versions of secret ${name}`, permission: 'list' }
    const found: VersionFacts[] = []
    const pages = this.#pages(
      request,
      (client, abortSignal) => client.listPropertiesOfSecretVersions(name, { abortSignal }),
      factsOf,
    )
    try {
      for await (const page of pages) found.push(...page)
    } catch (thrown) {
      if (isNotFound(thrown)) return []
      throw thrown
    }
    return found
  }

  list(): AsyncIterable<readonly ListedSecret[]> {
    const request: Request = { what: 'list secrets', permission: 'list' }
    return this.#pages(request, (client, abortSignal) => client.listPropertiesOfSecrets({ abortSignal }), listedOf)
  }

  async delete(name: string): Promise<DeletedFacts | undefined> {
    return this.#send({ what: `delete secret ${name}`, permission: 'delete' }, async (client, abortSignal) => {
      // Sends the deletion, and one look at the deleted secret; the poller's own waiting is not used.
      const poller = await client.beginDeleteSecret(name, { abortSignal })
      const { result } = poller.getOperationState()
      return result === undefined ? undefined : deletedFactsOf(result)
    })
  }

  async deleted(name: string): Promise<DeletedFacts> {
    return this.#send({ what: `look at deleted secret ${name}`, permission: 'get' }, async (client, abortSignal) =>
      deletedFactsOf(await client.getDeletedSecret(name, { abortSignal })),
    )
  }

  async purge(name: string): Promise<void> {
    await this.#send({ what: `purge secret ${name}`, permission: 'purge' }, async (client, abortSignal) => {
      await client.purgeDeletedSecret(name, { abortSignal })
    })
  }

  async #mayLookAtDeleted(probe: string, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#absent(
        { what: 'look at deleted secrets', permission: 'get', signal },
        async (client, abortSignal) => {
          await client.getDeletedSecret(probe, { abortSignal })
        },
      )
      return true
    } catch (thrown) {
      if (!(thrown instanceof KeywardError && thrown.code === 'BACKEND_DENIED')) throw thrown
      this.tools.log.info('backend.deleted-unseen', { reason: thrown.message })
      return false
    }
  }

  /** A request for something that is not there: 404 is the good answer. */
  async #absent(request: Request, send: Send<void>): Promise<void> {
    try {
      await this.#send(request, send)
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown
    }
  }

  /**
   * A listing, one request a page. Pages may be short or empty with more to come; only the absence of a next link ends them. The library's own iterator would end with
   * the first page that fails, and does not tell the link.
   */
  async *#pages<T>(
    request: Request,
    listing: (client: SecretClient, signal: AbortSignal) => ReturnType<SecretClient['listPropertiesOfSecrets']>,
    map: (item: SecretProperties) => T,
  ): AsyncIterable<readonly T[]> {
    let link: string | undefined
    do {
      const continuationToken = link
      const { items, nextLink } = await this.#send(request, async (client, abortSignal, exchange) => {
        const pages = listing(client, abortSignal).byPage(continuationToken === undefined ? {} : { continuationToken })
        for await (const page of pages) return { items: page.map(map), nextLink: exchange.nextLink }
        return { items: [], nextLink: undefined }
      })
      if (nextLink !== undefined) this.#assertOwn(nextLink, request)
      yield items
      link = nextLink
    } while (link !== undefined)
  }

  /** A link is followed with the token in hand, so it must lead to the vault itself. */
  #assertOwn(link: string, { what, permission }: Request): void {
    const { vaultUrl, disableChallengeResourceVerification } = this.connection
    if (disableChallengeResourceVerification || new URL(link, vaultUrl).origin === vaultUrl) return
    throw failures(vaultUrl)(new ServiceFailure({}, permission, 'foreign-host'), what).error
  }

  async #send<T>(request: Request, send: Send<T>): Promise<T> {
    const call = { kind: request.kind ?? 'read', what: request.what, repeatable: true, signal: request.signal } as const
    let generation = this.#generation
    const attempt = (): Promise<T> =>
      this.#calls.run(call, async (signal) => {
        generation = this.#generation
        return await this.#exchange(request, await this.#signedIn(), signal, send)
      })
    try {
      return await attempt()
    } catch (thrown) {
      // A token that the vault refuses although it has not expired (revoked, keys rolled over) is kept by the library: only a new credential forgets it.
      if (!isRefusedToken(thrown)) throw thrown
      this.#forget(generation)
      return await attempt()
    }
  }

  async #exchange<T>(request: Request, client: SecretClient, signal: AbortSignal, send: Send<T>): Promise<T> {
    const exchange: Exchange = { signal }
    try {
      return await this.#exchanges.run(exchange, () => send(client, signal, exchange))
    } catch (thrown) {
      if (thrown instanceof SignInFailure) throw thrown
      throw serviceFailure(thrown, exchange, request.permission)
    }
  }

  #signedIn(): Promise<SecretClient> {
    this.#session ??= this.#start().catch((thrown: unknown) => {
      this.#session = undefined
      throw thrown
    })
    return this.#session
  }

  /** A client that has its token. */
  async #start(): Promise<SecretClient> {
    const { vaultUrl, disableChallengeResourceVerification, tls } = this.connection
    const trust = tls.caFile === undefined ? undefined : await trustStep(tls.caFile)
    const credential = await signInWith(this.connection, this.tools.secrets, this.#exchanges, trust)
    const { SecretClient: Client } = await import('@azure/keyvault-secrets')
    const client = new Client(vaultUrl, credential, {
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [this.#exchanges.step(true), ...(trust ? [trust] : [])],
      disableChallengeResourceVerification,
    })
    await this.#warmUp(client)
    return client
  }

  /**
   * One request, without a body, before anything else: it learns the tenant and fetches the token that all later requests carry. Without it each of many parallel
   * requests would be sent twice, and the library would send the second of two bodies before it knows the vault.
   */
  async #warmUp(client: SecretClient): Promise<void> {
    const signal = AbortSignal.timeout(this.#policy.attemptMs)
    try {
      await this.#exchange({ what: 'sign in', permission: 'get' }, client, signal, async (cold, abortSignal) => {
        await cold.getSecret(probeName(), { abortSignal })
      })
    } catch (thrown) {
      const status = thrown instanceof ServiceFailure && thrown.reason === 'answer' ? thrown.exchange.status : undefined
      // Whatever the vault thinks of the request, it has taken the token. What it means is found by the requests that follow.
      if (status !== 404 && status !== 403) throw thrown
    }
  }

  /** Drops client and credential, once for all the requests that they failed. */
  #forget(generation: number): void {
    if (generation !== this.#generation) return
    this.tools.log.info('backend.signed-out', { reason: 'the vault refuses the token' })
    this.#generation += 1
    this.#session = undefined
  }
}

/** A name that no secret has. */
const probeName = (): string => `keyward-probe-${newSignatureId()}`

const isNotFound = (thrown: unknown): boolean => thrown instanceof KeywardError && thrown.code === 'WALLET_NOT_FOUND'

const isRefusedToken = (thrown: unknown): boolean =>
  thrown instanceof KeywardError && thrown.code === 'BACKEND_UNAUTHENTICATED' && thrown.context['status'] === 401
