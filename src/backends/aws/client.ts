import type * as Sdk from '@aws-sdk/client-secrets-manager'
import type { BackendDependencies } from '../common/dependencies.js'
import type { Secret } from '../../core/secret.js'
import { assertConfirmed, batchOf, isDeleted, pageOf, valueOf } from './answers.js'
import type { BatchAnswer, Page } from './answers.js'
import { privately } from './clear-text.js'
import type { AwsConnection } from './config.js'
import { paceOf, PAGE_SIZE } from './limits.js'
import { Resigning } from './resigning.js'
import { createSignIn } from './sign-in/sign-in.js'
import { silentLogger } from './silent-logger.js'
import { openTransport } from './transport.js'
import type { Transport } from './transport.js'

export interface NewSecret {
  readonly name: string
  /** The same for each attempt with the same value; another value never has it. */
  readonly token: string
  readonly value: Secret
  readonly tags: Readonly<Record<string, string>>
  readonly kmsKeyId: string | undefined
}

/** AWS Secrets Manager as we need it: one request per call, nothing repeated. The only file that knows the SDK's client. Throws what the SDK throws. */
export class AwsClient {
  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly client: Sdk.SecretsManagerClient,
    private readonly transport: Transport,
    private readonly resigning: Resigning,
  ) {}

  /** Loads the SDK; asks nobody yet. @throws KeywardError FILE_UNREADABLE, CONFIG_INVALID */
  static async create(
    connection: AwsConnection,
    dependencies: Pick<BackendDependencies, 'secrets' | 'clock' | 'log'>,
  ): Promise<AwsClient> {
    const { policy, connectMs } = paceOf(connection)
    const transport = await openTransport({
      connections: policy.concurrency,
      connectMs,
      caFile: connection.tls.caFile,
    })
    // The SDK warns on stderr of Node versions that it will not support one day; which versions Keyward runs on is its own matter.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
    const sdk = await import('@aws-sdk/client-secrets-manager')
    const shared = {
      ...{ maxAttempts: 1, retryMode: 'standard', logger: silentLogger, requestHandler: transport.handler },
      ...(connection.fips ? { useFipsEndpoint: true } : {}),
      ...(connection.dualStack ? { useDualstackEndpoint: true } : {}),
    }
    const signIn = createSignIn(connection.auth, {
      ...dependencies,
      tokenService: {
        requestMs: policy.attemptMs,
        client: async () => ({ ...shared, region: await client.config.region() }),
      },
    })
    const profile = profileOf(connection.auth)
    const client: Sdk.SecretsManagerClient = new sdk.SecretsManagerClient({
      ...shared,
      ...(connection.region === undefined ? {} : { region: connection.region }),
      ...(connection.endpoint === undefined ? {} : { endpoint: connection.endpoint }),
      ...(profile === undefined ? {} : { profile }),
      credentials: signIn,
    })
    client.middlewareStack.add(privately, { step: 'finalizeRequest', name: 'assertPrivate' })
    const renew = async (): Promise<void> => {
      await client.config.credentials({ forceRefresh: true })
    }
    return new AwsClient(sdk, client, transport, new Resigning(renew, dependencies.clock))
  }

  /** @throws Error "Region is missing" */
  async region(): Promise<string> {
    return await this.client.config.region()
  }

  /** The caller wipes the value. */
  async read(name: string, abortSignal: AbortSignal): Promise<Secret> {
    const command = new this.sdk.GetSecretValueCommand({ SecretId: name })
    return valueOf(await this.resigning.send(() => this.client.send(command, { abortSignal })))
  }

  /** The caller wipes the values. A secret may be left out of the answer. */
  async readMany(names: readonly string[], abortSignal: AbortSignal): Promise<BatchAnswer> {
    const command = new this.sdk.BatchGetSecretValueCommand({ SecretIdList: [...names] })
    return batchOf(await this.resigning.send(() => this.client.send(command, { abortSignal })))
  }

  /** Secrets whose names begin with `prefix`; deleted ones may be among them. */
  async page(prefix: string, token: string | undefined, size: number, abortSignal: AbortSignal): Promise<Page> {
    const command = new this.sdk.ListSecretsCommand({
      Filters: [{ Key: 'name', Values: [prefix] }],
      MaxResults: Math.min(size, PAGE_SIZE),
      ...(token === undefined ? {} : { NextToken: token }),
    })
    return pageOf(await this.resigning.send(() => this.client.send(command, { abortSignal })))
  }

  /** @returns whether it is deleted and can still be restored. */
  async isDeleted(name: string, abortSignal: AbortSignal): Promise<boolean> {
    const command = new this.sdk.DescribeSecretCommand({ SecretId: name })
    return isDeleted(await this.resigning.send(() => this.client.send(command, { abortSignal })))
  }

  async create({ name, token, value, tags, kmsKeyId }: NewSecret, abortSignal: AbortSignal): Promise<void> {
    const command = new this.sdk.CreateSecretCommand({
      ...{ Name: name, ClientRequestToken: token, SecretString: value.text() },
      ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })
    assertConfirmed(await this.resigning.send(() => this.client.send(command, { abortSignal })), name)
  }

  /** @param windowDays how long it can be restored; `undefined`: not at all. */
  async remove(name: string, windowDays: number | undefined, abortSignal: AbortSignal): Promise<void> {
    const command = new this.sdk.DeleteSecretCommand({
      SecretId: name,
      ...(windowDays === undefined ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: windowDays }),
    })
    assertConfirmed(await this.resigning.send(() => this.client.send(command, { abortSignal })), name)
  }

  close(): void {
    this.client.destroy()
    this.transport.close()
  }
}

/** The profile says more than credentials: the region, for one. */
function profileOf(auth: AwsConnection['auth']): string | undefined {
  if (auth.method === 'profile') return auth.profile
  return auth.method === 'assume-role' ? profileOf(auth.source) : undefined
}
