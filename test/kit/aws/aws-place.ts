import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { awsConfigSchema } from '../../../src/backends/aws/config.js'
import type { AwsConfig } from '../../../src/backends/aws/config.js'
import { createAwsBackend } from '../../../src/backends/aws/index.js'
import type { AwsDependencies } from '../../../src/backends/aws/session.js'
import type { Clock } from '../../../src/core/clock.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { Secret } from '../../../src/core/secret.js'
import type { SecretSource } from '../../../src/core/secret-reference.js'
import { RecordingLog } from '../recording-log.js'
import { testCertificate } from '../test-certificate.js'
import { FakeAws, ROOT_KEY } from './fake-aws.js'

/** Real time in which nobody waits: what was slept through is added. */
export class HurriedClock implements Clock {
  #skipped = 0

  now(): number {
    return Date.now() + this.#skipped
  }

  async sleep(ms: number): Promise<void> {
    this.#skipped += ms
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export type AwsSettings = Readonly<Record<string, unknown>>

export const staticAuth = {
  method: 'static',
  accessKeyId: 'env:AWS_KEY_ID',
  secretAccessKey: 'env:AWS_KEY',
} as const

/** An account at the fake, and backends on it. */
export class AwsPlace {
  readonly log = new RecordingLog()
  /** What references lead to. */
  readonly variables = new Map([
    ['AWS_KEY_ID', ROOT_KEY.accessKeyId],
    ['AWS_KEY', ROOT_KEY.secretAccessKey],
  ])
  clock: Clock = new HurriedClock()

  private constructor(
    readonly aws: FakeAws,
    readonly folder: string,
    private readonly tls: boolean,
  ) {}

  static async make(options: { readonly tls?: boolean } = {}): Promise<AwsPlace> {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyward-aws-'))
    await writeFile(path.join(folder, 'ca.pem'), testCertificate.cert)
    return new AwsPlace(await FakeAws.start(options), folder, options.tls === true)
  }

  get dependencies(): AwsDependencies & { readonly log: RecordingLog } {
    const secrets: SecretSource = {
      resolve: (reference) => Promise.resolve(Secret.fromText(this.variables.get(reference.replace('env:', '')) ?? '')),
    }
    return { secrets, log: this.log, clock: this.clock }
  }

  config(settings: AwsSettings = {}): AwsConfig {
    return awsConfigSchema.parse({
      ...{ type: 'aws', region: 'eu-west-1', endpoint: this.aws.url, auth: staticAuth },
      ...(this.tls ? { tls: { caFile: path.join(this.folder, 'ca.pem') } } : {}),
      ...settings,
    })
  }

  backend(settings: AwsSettings = {}): SecretBackend {
    return createAwsBackend(this.config(settings), {
      ...this.dependencies,
      inspect: () => Promise.resolve([]),
      whenMissing: 'fail',
    })
  }

  async opened(settings: AwsSettings = {}): Promise<SecretBackend> {
    const backend = this.backend(settings)
    await backend.open()
    return backend
  }

  /** A file of the place's folder. */
  async file(name: string, text: string): Promise<string> {
    const file = path.join(this.folder, name)
    await writeFile(file, text, { mode: 0o600 })
    return file
  }

  async close(): Promise<void> {
    await this.aws.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
