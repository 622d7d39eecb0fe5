import type { BackendDependencies } from '../common/dependencies.js'
import { RemoteCalls } from '../common/remote-calls.js'
import { AwsClient } from './client.js'
import type { AwsConnection } from './config.js'
import { awsFailureOf } from './errors.js'
import { paceOf } from './limits.js'
import type { AwsCall } from './limits.js'

export type AwsDependencies = Pick<BackendDependencies, 'secrets' | 'clock' | 'log'>

/** One connection to AWS: its client, and the layer that paces and repeats. */
export class AwsSession {
  #region: string | undefined

  private constructor(
    private readonly client: AwsClient,
    private readonly calls: RemoteCalls<AwsCall>,
    region: string | undefined,
  ) {
    this.#region = region
  }

  /** Asks nobody yet. @throws KeywardError FILE_UNREADABLE, CONFIG_INVALID */
  static async create(connection: AwsConnection, dependencies: AwsDependencies): Promise<AwsSession> {
    const client = await AwsClient.create(connection, dependencies)
    const calls = new RemoteCalls<AwsCall>(paceOf(connection).policy, { ...dependencies, failureOf: awsFailureOf })
    return new AwsSession(client, calls, connection.region)
  }

  /** Known from the first request on. */
  get region(): string | undefined {
    return this.#region
  }

  /**
   * Every request may be repeated: reads change nothing, a creation carries a token of its own, and a removal is final either way.
   * @throws KeywardError as `awsFailureOf` names it
   */
  async run<T>(
    kind: AwsCall,
    what: string,
    request: (client: AwsClient, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return await this.calls.run({ kind, what, repeatable: true, signal }, async (abort) => {
      this.#region ??= await this.client.region()
      return await request(this.client, abort)
    })
  }

  /** Ends what is underway. Safe to call twice. */
  close(): void {
    this.calls.close()
    this.client.close()
  }
}
